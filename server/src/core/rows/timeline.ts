import type { TimelineEntry, TimelineKind } from '@crm/shared/contract/timeline'
import type { Expression, SelectQueryBuilder, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Read } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'

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

/** A source of one kind of entry: the rows it looks up, each told by itself. */
interface Telling<Row> extends Pick<TimelineSource, 'name' | 'permission'> {
  readonly kind: TimelineKind
  readonly rows: (read: Read, actor: Actor, customerId: number, ask: TimelineAsk) => Promise<readonly Row[]>
  readonly tell: (row: Row) => Omit<TimelineEntry, 'key' | 'kind' | 'id'>
}
export const timelineSource = <Row extends { readonly id: number }>({
  kind,
  name,
  permission,
  rows,
  tell,
}: Telling<Row>): TimelineSource => ({
  name,
  kinds: [kind],
  permission,
  async entries(read, actor, customerId, ask) {
    const found = await rows(read, actor, customerId, ask)
    return found.map((row) => ({ key: `${name}-${row.id}`, kind, id: row.id, ...tell(row) }))
  },
})

/** `.$call(newest('auditLog', 'at', ask))`: the rows of this page, in its order. */
export const newest =
  (table: string, at: string, { before, size }: TimelineAsk) =>
  <DB, T extends keyof DB, Row>(query: SelectQueryBuilder<DB, T, Row>): SelectQueryBuilder<DB, T, Row> => {
    const [instant, id] = [`${table}.${at}`, `${table}.id`]
    return query
      .where(olderThan(instant, id, before))
      .orderBy(sql.ref(instant), 'desc')
      .orderBy(sql.ref(id), 'desc')
      .limit(size)
  }

/** `.$call(recordsOf('receipts', customerId))`: those of the customer that are not in the recycle bin. */
export const recordsOf =
  (table: string, customerId: number) =>
  <DB, T extends keyof DB, Row>(query: SelectQueryBuilder<DB, T, Row>): SelectQueryBuilder<DB, T, Row> =>
    query
      .where(sql<SqlBool>`${sql.ref(`${table}.customerId`)} = ${customerId}`)
      .where(sql<SqlBool>`${sql.ref(`${table}.deletedAt`)} is null`)
