import type { Margin } from '@crm/shared/contract/margins'
import type { Day } from '@crm/shared/days'
import type { Fen } from '@crm/shared/money'
import { marginOf } from '@crm/shared/rules/margin'
import type { RawBuilder } from 'kysely'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from '../../core/access/actor.ts'
import type { Read } from '../../db/store.ts'
import { orders } from '../contracts/orders/service.ts'
import { contractRows } from './receivables/source.ts'

const name = sql.ref
interface Sold {
  readonly netFen: Fen
  readonly costFen: Fen
  /** Of how many no cost is known. */
  readonly missing: number
}
async function one<T>(read: Read, query: RawBuilder<T>): Promise<T> {
  return (await query.execute(read as never)).rows[0]!
}
const soldBy = (table: 'orders' | 'effectiveOrders', which: RawBuilder<unknown>) =>
  sql<Sold>`select coalesce(sum(${name('netFen')} - ${name('netTaxFen')}), 0) as ${name('netFen')},
    coalesce(sum(${name('netCostFen')}), 0) as ${name('costFen')},
    coalesce(sum(case when ${name('netCostFen')} is null then 1 else 0 end), 0) as missing
    from ${sql.table(table)} where ${which}`
const spentOn = (which: RawBuilder<unknown>) =>
  sql<{
    fen: Fen
  }>`select coalesce(sum(${name('amountFen')}), 0) as fen from ${sql.table('effectiveExpenses')} where ${which}`

async function marginFor(
  read: Read,
  table: 'orders' | 'effectiveOrders',
  which: { readonly sold: RawBuilder<unknown>; readonly spent: RawBuilder<unknown> },
): Promise<Margin> {
  const { costFen: known, missing, netFen } = await one(read, soldBy(table, which.sold))
  const { fen: expenseFen } = await one(read, spentOn(which.spent))
  const costFen = missing > 0 ? null : known
  return { netFen, costFen, expenseFen, ...marginOf(netFen, costFen, expenseFen) }
}
/** Costs and what is left of the price are for whoever may see costs. */
const shownTo = (actor: Actor, margin: Margin): Margin =>
  can(actor, 'product.cost')
    ? margin
    : { netFen: margin.netFen, costFen: null, expenseFen: null, marginFen: null, marginBp: null }

/** Of one order, whether it counts yet or not. */
export async function marginOfOrder(read: Read, actor: Actor, id: number): Promise<Margin> {
  await orders.reach(read, actor, id, 'order.read')
  const margin = await marginFor(read, 'orders', { sold: sql`id = ${id}`, spent: sql`${name('orderId')} = ${id}` })
  return shownTo(actor, margin)
}

/** Of the orders of a contract that count; spent on the contract or on one of them. */
export async function marginOfContract(read: Read, actor: Actor, id: number): Promise<Margin> {
  await contractRows.reach(read, actor, id, 'contract.read')
  const ofContract = sql`${name('contractId')} = ${id}`
  const margin = await marginFor(read, 'effectiveOrders', {
    sold: ofContract,
    spent: sql`(${ofContract} or ${name('orderId')} in (select id from ${sql.table('orders')} where ${ofContract}))`,
  })
  return shownTo(actor, margin)
}

/** Of what a customer ordered since a day, and what was spent on it since. */
export const marginOfCustomer = (read: Read, customerId: number, from: Day): Promise<Margin> =>
  marginFor(read, 'effectiveOrders', {
    sold: sql`${name('customerId')} = ${customerId} and ${name('orderedOn')} >= ${from}`,
    spent: sql`${name('customerId')} = ${customerId} and ${name('spentOn')} >= ${from}`,
  })
