import type { TimelineEntry, TimelineKind } from '@crm/shared/contract/timeline'
import { type Expression, sql, type SqlBool } from 'kysely'
import type { Read } from '../db/store.ts'
import type { Actor } from './actor.ts'

/** Where to go on: entries older than this, and of the same instant those with a smaller id. */
export interface Bound {
  readonly at: string
  readonly id: number
}
export interface TimelineAsk {
  readonly before: Bound
  readonly size: number
  readonly wants: (kind: TimelineKind) => boolean
}
/** What a module tells of a customer that the reader was let to: at most `size` entries, newest first (by instant, then id). */
export interface TimelineSource {
  /** Stands in cursors: never changes. */
  readonly name: string
  readonly kinds: readonly TimelineKind[]
  readonly permission: string
  readonly entries: (read: Read, actor: Actor, customerId: number, ask: TimelineAsk) => Promise<TimelineEntry[]>
}

/** `olderThan('interactions.followedAt', 'interactions.id', before)`: a range of the index on both, in that order. */
export const olderThan = (at: string, id: string, before: Bound): Expression<SqlBool> =>
  sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) < (${before.at}, ${before.id})`
