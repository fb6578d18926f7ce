import type { Credit } from '@crm/shared/contract/credit'
import type { CustomerMoney, MoneyFact } from '@crm/shared/contract/customerMoney'
import type { HomeLink } from '@crm/shared/contract/home'
import { customer as entity } from '@crm/shared/entities/customer'
import { type Day, diffDays } from '@crm/shared/days'
import { EFFECTIVE_ORDERS } from '@crm/shared/rules/orderMoves'
import { OPEN_STATUSES } from '@crm/shared/rules/receivables'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from '../../core/access/actor.ts'
import { visible } from '../../core/access/scope.ts'
import type { Read } from '../../db/store.ts'
import { customers } from '../customers/service.ts'
import { creditOf } from './credit/credit.ts'
import { dealsOf } from './deals.ts'
import { prepaidOf } from './ledger.ts'
import { marginOfCustomer } from './margins.ts'

const name = sql.ref
type Numbers = Record<string, number | null>
async function one<T = Numbers>(read: Read, query: ReturnType<typeof sql<T>>): Promise<T> {
  return (await query.execute(read as never)).rows[0]!
}
const yearBefore = (today: Day): Day => {
  const day = `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`
  return day.endsWith('-02-29') ? day.replace('-02-29', '-02-28') : day
}

const owedOf = (read: Read, customerId: number, today: Day) =>
  one<{ openFen: number; lateFen: number; late: number; dueFen: number; paidFen: number }>(
    read,
    sql`select coalesce(sum(${name('openFen')}), 0) as ${name('openFen')},
      coalesce(sum(case when ${name('dueOn')} < ${today} then ${name('openFen')} else 0 end), 0) as ${name('lateFen')},
      coalesce(sum(case when ${name('dueOn')} < ${today} and ${name('openFen')} > 0 then 1 else 0 end), 0) as late,
      coalesce(sum(case when ${name('dueOn')} <= ${today} then ${name('amountFen')} else 0 end), 0) as ${name('dueFen')},
      coalesce(sum(case when ${name('dueOn')} <= ${today} then ${name('receivedFen')} else 0 end), 0) as ${name('paidFen')}
      from ${sql.table('effectiveReceivables')} where ${name('customerId')} = ${customerId}`,
  )

/** What of the limit is left: the customer's own, or that of its group where less is left of it. null: there is none. */
function creditLeft({ group, leftFen }: Credit): number | null {
  const lefts = [leftFen, group?.leftFen ?? null].filter((fen) => fen !== null)
  return lefts.length === 0 ? null : Math.min(...lefts)
}

/** 毛利率 of twelve months, and what it is made of. */
async function marginFact(read: Read, customerId: number, from: Day): Promise<Pick<MoneyFact, 'value' | 'parts'>> {
  const { costFen, expenseFen, marginBp, netFen } = await marginOfCustomer(read, customerId, from)
  if (marginBp === null) return { value: null }
  const parts = { 不含税成交: netFen, '减:成本': costFen, '减:费用': expenseFen }
  return {
    value: marginBp,
    parts: Object.entries(parts).map(([label, value]) => ({ label, value: value ?? 0, link: null })),
  }
}

/** Which of these the reader may look at, of this customer: a number is no link to a list that does not show what it sums up. */
async function opening(read: Read, actor: Actor, customerId: number) {
  const may = (permission: string) => sql<number>`case when ${visible(actor, entity, permission)} then 1 else 0 end`
  const found = await one<{ orders: number; receipts: number }>(
    read,
    sql`select ${may('order.read')} as orders, ${may('receipt.read')} as receipts from ${sql.table('customers')}
      where ${name('customers.id')} = ${customerId}`,
  )
  return { orders: found.orders === 1, receipts: found.receipts === 1 }
}

/** The money of a customer at a glance: every number is the total of the list its link opens. */
export async function moneyOf(read: Read, actor: Actor, customerId: number): Promise<CustomerMoney> {
  await customers.reach(read, actor, customerId, 'receivable.read')
  const { today } = actor
  const id = String(customerId)
  const link = (page: string, query: Readonly<Record<string, string>>): HomeLink => ({
    page: `/${page}`,
    list: `/api/${page}`,
    query: { customerId: id, ...query },
  })
  const isOpen = await opening(read, actor, customerId)
  const orders = (query: Readonly<Record<string, string>> = {}) =>
    isOpen.orders ? link('orders', { state: EFFECTIVE_ORDERS.join(), ...query }) : null
  const allOrders = orders()
  const deals = (await dealsOf(read, [customerId]))(customerId)
  const owed = await owedOf(read, customerId, today)
  const year = yearBefore(today)
  const late = link('receivables', { status: 'overdue' })
  const facts: MoneyFact[] = [
    {
      key: 'deals',
      label: '累计成交',
      unit: 'fen',
      value: deals.ordersFen + deals.contractsFen,
      link: deals.contractsFen === 0 ? allOrders : null,
      ...(deals.contractsFen !== 0 && {
        parts: [
          { label: '订单', value: deals.ordersFen, link: allOrders },
          { label: '没有订单的合同', value: deals.contractsFen, link: null },
        ],
      }),
    },
    {
      key: 'receivable',
      label: '应收余额',
      unit: 'fen',
      value: owed.openFen,
      link: link('receivables', { status: OPEN_STATUSES.join() }),
    },
    { key: 'overdue', label: '其中逾期', unit: 'fen', value: owed.lateFen, count: owed.late, link: late },
    {
      key: 'creditLeft',
      label: '信用额度余',
      unit: 'fen',
      value: creditLeft(await creditOf(read, actor, customerId)),
      link: null,
    },
    {
      key: 'prepaid',
      label: '预收',
      unit: 'fen',
      value: await prepaidOf(read, customerId),
      link: isOpen.receipts ? link('receipts', { state: 'confirmed' }) : null,
    },
    {
      key: 'received',
      label: '回款率',
      unit: 'bp',
      value: owed.dueFen === 0 ? null : Math.floor((owed.paidFen / owed.dueFen) * 10_000),
      link: link('receivables', { status: 'done,partial,due,overdue', dueOnTo: today }),
    },
    ...(can(actor, 'product.cost')
      ? [
          {
            key: 'margin',
            label: '毛利率(12 个月)',
            unit: 'bp',
            ...(await marginFact(read, customerId, year)),
            link: orders({ orderedOnFrom: year }),
          } as const,
        ]
      : []),
    {
      key: 'sinceDeal',
      label: '距上次成交',
      unit: 'days',
      value: deals.last === null ? null : Math.max(0, diffDays(today, deals.last)),
      link: null,
    },
  ]
  return { facts }
}
