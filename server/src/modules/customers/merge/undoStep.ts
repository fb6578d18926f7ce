import type { Actor } from '../../../core/access/actor.ts'
import type { RecordLink } from '../../../core/rows/recordLinks.ts'
import type { Tx } from '../../../db/store.ts'
import { undoMerge } from './undo.ts'

export interface Undoing {
  readonly actor: Actor
  readonly links: readonly RecordLink[]
  readonly mergeId: number
}

/** 撤销合并, a step of `Store.bulk`. */
export const step = (tx: Tx, { actor, links, mergeId }: Undoing): ReturnType<typeof undoMerge> =>
  undoMerge(tx, actor, links, mergeId)
