import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'

/** A path, or a stream that the writer ends. */
export type WriteTarget = string | Writable

export type WriteColumn = {
  header: string
  /** In characters of the default font; a Han letter takes two. */
  width?: number
  /** text: codes and telephone numbers stay as they are; number: a JS number; money: 分, written as 元; day: 'YYYY-MM-DD'. */
  kind: 'text' | 'number' | 'money' | 'day'
}

export type WriteRow = readonly (string | number | null)[]

export const openTarget = (target: WriteTarget): Writable =>
  typeof target === 'string' ? createWriteStream(target) : target
