import type { Preview } from '@crm/shared/contract/pools'
import { customer } from '@crm/shared/entities/customer'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { visible } from '../../../core/access/scope.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { poolFor, readCircle } from './circle.ts'
import { heldBy, HOLDS } from './holds.ts'
import { type Due, dueIn, explained, HELD, type Heavy, heldPages } from './leaving.ts'

const SHOWN = 200
/**
 * Who leaves for this pool by the end of a day, on which day and why: the rows the job of that day would take, among those the actor
 * sees.
 */
export async function preview(
  read: Read,
  actor: Actor,
  id: number,
  { on = actor.today, size = SHOWN }: { on?: string; size?: number },
  { heavy, zone }: { heavy: Heavy; zone: string },
): Promise<Preview> {
  const circle = await readCircle(read)
  const pool = poolFor(circle, actor, id)
  const day = on < actor.today ? actor.today : on
  const seen = visible(actor, customer, 'customer.read')
  const where = sql<SqlBool>`(${dueIn(read, circle, pool, { day, zone })} and ${seen})`
  const byDay = new Map<string, number>()
  let total = 0
  let first: Due[] = []
  for await (const rows of heldPages(read, heavy, where)) {
    const due = explained(rows, pool, actor.today, zone)
    total += due.length
    for (const one of due) byDay.set(one.on, (byDay.get(one.on) ?? 0) + 1)
    first = [...first, ...due].toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.id - b.id)).slice(0, size)
  }
  const kept = sql<SqlBool>`(${dueIn(read, circle, pool, { day, zone }, 'held')} and ${seen})`
  const held = await heavy(
    read.selectFrom('customers').select(HELD).select(HOLDS).where(kept).orderBy('id').limit(size).compile(), // unscoped: `kept` carries the reader's scope
  )
  const counted = await heavy(
    sql<{ n: number }>`select count(*) as n from ${sql.table('customers')} where ${kept}`.compile(
      read as unknown as Tx,
    ),
  )
  const names = await namesOf(read, [...new Set([...first, ...held].map((one) => one.ownerId!))])
  return {
    on: day,
    total,
    byDay: [...byDay].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([onDay, count]) => ({ on: onDay, count })),
    items: first.map(({ daysLeft, id: customerId, level, name, on: leavesOn, ownerId, rule, ruleDays }) => ({
      id: customerId,
      name,
      ownerId: ownerId!,
      ownerName: names.get(ownerId!) ?? null,
      level,
      on: leavesOn,
      daysLeft,
      rule,
      ruleDays,
    })),
    held: {
      total: Number(counted[0]!.n),
      items: held.map((row) => ({
        id: row.id,
        name: row.name,
        ownerName: names.get(row.ownerId!) ?? null,
        isLocked: row.isLocked === 1,
        holds: heldBy(row, pool.rules, day),
      })),
    },
  }
}

async function namesOf(read: Read, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const rows = await read
    .selectFrom('users')
    .select(['id', 'name'])
    .where(inIds(read, 'users.id', ids))
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
