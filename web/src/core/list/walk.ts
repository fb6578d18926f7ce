/** The list a record was opened from, for 上一条/下一条 and the way back to it. */
export interface Walk {
  readonly url: string
  readonly ids: readonly number[]
  /** Rows before the first of `ids`. */
  readonly before: number
  readonly total: number
  readonly totalCapped: boolean
}
const PREFIX = 'crm:walk:'

export function rememberWalk(path: string, walk: Walk): void {
  try {
    sessionStorage.setItem(PREFIX + path, JSON.stringify(walk))
  } catch {
    // The record opens all the same, without neighbours.
  }
}
export function readWalk(path: string): Walk | null {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + path) ?? 'null') as Walk | null
  } catch {
    return null
  }
}
export interface WalkPlace {
  /** 1-based. */
  readonly position: number
  readonly previous: number | null
  readonly next: number | null
}
/** Null when the record was not in that list. */
export function placeIn(walk: Walk | null, id: number): WalkPlace | null {
  const at = walk?.ids.indexOf(id) ?? -1
  if (!walk || at < 0) return null
  return { position: walk.before + at + 1, previous: walk.ids[at - 1] ?? null, next: walk.ids[at + 1] ?? null }
}
