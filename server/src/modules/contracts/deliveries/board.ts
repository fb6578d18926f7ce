import type { Board, OnTime, OpenLine } from '@crm/shared/contract/deliveries'
import { type Day, monthOf } from '@crm/shared/days'
import { order } from '@crm/shared/entities/order'
import { countedWindows, type CountedWindow, type DeliveryWindow, windowDays } from '@crm/shared/rules/deliveries'
import type { CompiledQuery, Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { both } from '../../../core/rows/filters.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField } from '../../../core/problem.ts'
import { tables } from '../../../core/rows/rows.ts'
import { visible } from '../../../core/access/scope.ts'
import { containsText, inDirection, readBy } from '../../../db/dialect.ts'
import { untilCommit } from '../../../db/revision.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { named } from '../../customers/service.ts'

type Condition = Expression<SqlBool>
type Ids = readonly (number | string)[]
interface Whose {
  readonly customerId?: Ids
  readonly ownerId?: Ids
  readonly teamId?: Ids
  readonly delivererId?: Ids
  readonly personId?: Ids
}
interface Asked extends Whose {
  readonly when?: DeliveryWindow
  readonly q?: string
  readonly page?: number
  readonly size?: number
}

const COUNT_CAP = 10_000
const line = (column: string) => sql.ref(`orderLines.${column}`)
const ofOrder = (column: string) => sql.ref(`orders.${column}`)
const promisedOn = line('promisedOn')
/** The order keeps who wrote it; whoever has the customer today sees to it. */
const customerOwner = sql<number>`(select c.${sql.ref('ownerId')} from ${sql.table('customers')} c where c.id = ${ofOrder('customerId')})` // unscoped: of orders the reader sees

/** Lines of orders the actor may see, of these people. */
function seen(actor: Actor, asked: Whose): Condition[] {
  const of = (column: keyof Whose) => {
    const ids = asked[column]
    return ids === undefined ? [] : [among(ofOrder(column), ids)]
  }
  const { personId } = asked
  return [
    ofItsOrder,
    sql<SqlBool>`${line('deletedAt')} is null`,
    sql<SqlBool>`${ofOrder('deletedAt')} is null`,
    ...(['customerId', 'ownerId', 'teamId', 'delivererId'] as const).flatMap(of),
    ...(personId
      ? [
          both(
            [ofOrder('ownerId'), ofOrder('delivererId'), customerOwner].map((one) => among(one, personId)),
            'or',
          ),
        ]
      : []),
    // Last: it reads the customer.
    visible(actor, order, 'delivery.read'),
  ]
}
/** Said as the index orderLines_open says it. */
const isOpen: Condition = sql<SqlBool>`${line('deliveredMilli')} - ${line('returnedMilli')} - ${line('qtyMilli')} < 0
  and ${ofOrder('state')} in ('confirmed', 'partial')`

function within(window: CountedWindow, today: Day): Condition {
  const { from, to } = windowDays(window, today)
  return both([
    ...(from === null ? [] : [sql<SqlBool>`${promisedOn} >= ${from}`]),
    sql<SqlBool>`${promisedOn} <= ${to}`,
  ])
}

/** Starts at the lines, by that index: those still open are few, orders in force are not. */
const linesBy = (db: Read | Tx, index: 'orderLines_open' | 'orderLines_due') =>
  sql`from ${readBy(db, 'orderLines', index)} cross join ${sql.table('orders')}`
/** Starts at the orders in force, each read once: where no order of lines is asked for. */
const linesOfOrders = sql`from ${sql.table('orders')} cross join ${sql.table('orderLines')}`
const ofItsOrder: Condition = sql<SqlBool>`${ofOrder('id')} = ${line('orderId')}`
const searched = (q: string | undefined): Condition[] =>
  q?.trim() ? [both([...named(order, ['number'], q), containsText('orderLines.name', q.trim())], 'or')] : []

type Sums = Record<CountedWindow, number | null>
const remembered = untilCommit<Sums>()

/** Each open line of the office is looked at, so the worker does that where there is one, and once between two changes. */
async function countsOf(
  db: Read | Tx,
  conditions: readonly Condition[],
  today: Day,
  heavy: ListExtra['heavy'],
): Promise<Board['counts']> {
  const { to } = windowDays('week', today)
  const sums = countedWindows.map(
    (window) => sql`sum(case when ${within(window, today)} then 1 else 0 end) as ${sql.ref(window)}`,
  )
  const asked = sql<Sums>`select ${sql.join(sums)} ${linesOfOrders}
    where ${both([...conditions, sql<SqlBool>`${promisedOn} <= ${to}`])}`.compile(tables(db))
  const row = await remembered(
    db,
    `${asked.sql}${JSON.stringify(asked.parameters)}`,
    async () => (heavy ? await heavy(asked) : (await tables(db).executeQuery(asked)).rows)[0]!,
  )
  return Object.fromEntries(countedWindows.map((window) => [window, Number(row[window] ?? 0)])) as Board['counts']
}

async function totalOf(db: Read | Tx, conditions: readonly Condition[]): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as n from (select 1 ${linesOfOrders} where ${both(conditions)}
    limit ${sql.lit(COUNT_CAP + 1)}) x`.execute(db as Tx)
  return Number(rows[0]!.n)
}

const nameOf = (table: string, id: Expression<unknown>) =>
  sql`(select n.name from ${sql.table(table)} n where n.id = ${id})`

/** What is still to be handed over, the most urgent first, and how much there is of each window. */
export async function readBoard(
  db: Read | Tx,
  actor: Actor,
  asked: Asked,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Board> {
  const { page = 1, q, size = 50, when = 'overdue', ...whose } = asked
  const all = [...seen(actor, whose), isOpen, ...searched(q)]
  const counts = await countsOf(db, all, actor.today, heavy)
  const chosen = when === 'all' ? all : [...all, within(when, actor.today)]
  const total = when === 'all' ? await totalOf(db, chosen) : counts[when]
  const { rows } =
    size === 0 || total === 0
      ? { rows: [] }
      : await sql<OpenLine>`select ${line('id')} as id, ${ofOrder('id')} as ${sql.ref('orderId')},
          ${ofOrder('number')} as ${sql.ref('orderNumber')}, ${ofOrder('customerId')} as ${sql.ref('customerId')},
          ${nameOf('customers', ofOrder('customerId'))} as ${sql.ref('customerName')},
          ${ofOrder('ownerId')} as ${sql.ref('ownerId')}, ${nameOf('users', ofOrder('ownerId'))} as ${sql.ref('ownerName')},
          ${ofOrder('delivererId')} as ${sql.ref('delivererId')},
          ${nameOf('users', ofOrder('delivererId'))} as ${sql.ref('delivererName')},
          ${line('name')} as name, ${line('spec')} as spec, ${line('unit')} as unit, ${line('qtyMilli')} as ${sql.ref('qtyMilli')},
          ${line('deliveredMilli')} - ${line('returnedMilli')} as ${sql.ref('deliveredMilli')},
          ${line('qtyMilli')} - ${line('deliveredMilli')} + ${line('returnedMilli')} as ${sql.ref('openMilli')},
          ${promisedOn} as ${sql.ref('promisedOn')}
        ${linesBy(db, 'orderLines_open')} where ${both(chosen)}
        order by ${inDirection(promisedOn, 'asc')}, ${line('id')} limit ${sql.lit(size)} offset ${sql.lit((page - 1) * size)}`.execute(
          db as Tx,
        )
  return {
    items: rows.map((row) => ({ ...row })),
    total: Math.min(total, COUNT_CAP),
    totalCapped: total > COUNT_CAP,
    nextCursor: null,
    counts,
  }
}

/**
 * 准时率 of the lines due from one day to another, both included; days to come are not due yet. Complete by its day is a line of which
 * the customer then had all, by the effective deliveries and returns up to that day.
 */
export async function readOnTime(
  heavy: <T>(query: CompiledQuery<T>) => Promise<T[]>,
  db: Read,
  actor: Actor,
  { to = actor.today, from = `${monthOf(to)}-01`, ...whose }: Whose & { readonly from?: Day; readonly to?: Day },
): Promise<OnTime> {
  if (to < from) throw invalidField('to', '止不能早于起')
  const last = to < actor.today ? to : actor.today
  const had = sql`(select coalesce(sum(case d.kind when 'delivery' then l.${sql.ref('qtyMilli')} else -l.${sql.ref('qtyMilli')} end), 0)
    from ${sql.table('deliveryLines')} l join ${sql.table('deliveries')} d on d.id = ${sql.ref('l.deliveryId')}
    where ${sql.ref('l.orderLineId')} = ${line('id')} and d.state = 'done' and ${sql.ref('d.deletedAt')} is null
      and ${sql.ref('d.deliveredOn')} <= ${promisedOn})`
  const due = both([
    ...seen(actor, whose),
    sql<SqlBool>`${promisedOn} is not null and ${promisedOn} >= ${from} and ${promisedOn} <= ${last}`,
    sql<SqlBool>`${ofOrder('id')} in (select id from ${sql.table('effectiveOrders')})`,
  ])
  const [row] = await heavy(
    sql<{ due: number; done: number | null }>`select count(*) as due,
      sum(case when ${had} >= ${line('qtyMilli')} then 1 else 0 end) as done ${linesBy(db, 'orderLines_due')} where ${due}`.compile(
      tables(db),
    ),
  )
  const [dueLines, onTimeLines] = [Number(row!.due), Number(row!.done ?? 0)]
  return {
    from,
    to,
    dueLines,
    onTimeLines,
    rateBp: dueLines === 0 ? null : Math.round((onTimeLines * 10_000) / dueLines),
  }
}
