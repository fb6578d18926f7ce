import { type AskedExtension, pools as api } from '@crm/shared/contract/pools'
import { customer } from '@crm/shared/entities/customer'
import { diffDays } from '@crm/shared/days'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import type { HomeSource } from '../../../core/rows/home.ts'
import { visible } from '../../../core/access/scope.ts'
import type { Read } from '../../../db/store.ts'
import { readCircle } from './circle.ts'
import { HOLDS } from './holds.ts'
import { HELD, leavingOf } from './leaving.ts'

const MOST = 500

/** Asked for by whoever holds the customer now: with other hands it has lapsed. */
export const isOpenAsk = sql<SqlBool>`${sql.ref('poolExtensions.state')} = 'asked' and ${sql.ref('poolExtensions.askedAt')} >=
  (select coalesce(c.${sql.ref('receivedAt')}, '') from ${sql.table('customers')} c where c.id = ${sql.ref('poolExtensions.customerId')})`

/** The 延期 the actor may grant or refuse, those that run out of time first. */
export async function listAsked(
  read: Read,
  actor: Actor,
  zone: string,
): Promise<{ items: AskedExtension[]; total: number; totalCapped: boolean }> {
  const rows = await read
    .selectFrom('poolExtensions')
    .innerJoin('customers', 'customers.id', 'poolExtensions.customerId') // unscoped: narrowed by `visible` below
    .leftJoin('users as asker', 'asker.id', 'poolExtensions.askedById')
    .leftJoin('users as owner', 'owner.id', 'customers.ownerId')
    .select(HELD.map((name) => `customers.${name}` as const))
    .select(HOLDS)
    .select(['days', 'reason', 'askedAt', 'asker.name as askedByName', 'owner.name as ownerName'])
    .where(isOpenAsk)
    .where('customers.deletedAt', 'is', null)
    .where(visible(actor, customer, 'pool.manage'))
    .where(visible(actor, customer, 'customer.read'))
    .orderBy('poolExtensions.id')
    .limit(MOST + 1)
    .execute()
  const circle = rows.length > 0 ? await readCircle(read) : null
  const items = rows.slice(0, MOST).map((row): AskedExtension => {
    const home = row.ownerId === null ? null : circle!.homeOf(row.ownerId)
    const found = home && leavingOf(row, home.rules, zone)
    const on = found && (found.on < actor.today ? actor.today : found.on)
    const { askedAt, askedByName, days, id, name, ownerName, reason } = row
    const left = { leavesOn: on, daysLeft: on ? diffDays(on, actor.today) : null }
    return { customerId: id, customerName: name, ownerName, days, reason, askedByName, askedAt, ...left }
  })
  const order = ({ askedAt, leavesOn }: AskedExtension) => `${leavesOn ?? '9999'} ${askedAt}`
  return {
    items: items.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    total: items.length,
    totalCapped: rows.length > MOST,
  }
}

/** What waits for one's own answer. */
export const askedBlocks: HomeSource = {
  label: '待答复的延期',
  permission: 'pool.manage',
  async blocks(read, actor, { circle, zone }) {
    if (circle !== 'me') return []
    const { total, totalCapped } = await listAsked(read, actor, zone)
    const link = { page: '/pools', list: api.extensions.path, query: {} }
    return total === 0
      ? []
      : [{ key: 'extensions', label: '待答复的延期', count: total, capped: totalCapped, tone: 'warn', link }]
  },
}
