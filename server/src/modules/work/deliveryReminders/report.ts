import { type DeliveryStep, deliveryStep, deliverySteps, REMIND_AHEAD_DAYS } from '@crm/shared/rules/deliveries'
import { addDays, type Day } from '@crm/shared/days'
import { order } from '@crm/shared/entities/order'
import { isWorkday, nextWorkday } from '@crm/shared/rules/workdays'
import { instantAt } from '@crm/shared/rules/zoned'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import type { Clock } from '../../../core/clock.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { visible } from '../../../core/access/scope.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import { readBy } from '../../../db/dialect.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { loadRights } from '../../org/service.ts'
import { workCalendar } from '../reminders/service.ts'

/** The digest stands in the bell when people come to work. */
const MORNING = '08:30'
const PAGE = 1_000
/** What was told so long ago is never asked for again. */
const KEPT_DAYS = 60
const MOST_NAMED = 3

const line = (column: string) => sql.ref(`orderLines.${column}`)
const ofOrder = (column: string) => sql.ref(`orders.${column}`)
/** Said as the index orderLines_open says it: lines people still wait for, of orders in force. */
const waited = (until: Day) => sql<SqlBool>`${ofOrder('id')} = ${line('orderId')} and ${line('deletedAt')} is null
  and ${line('deliveredMilli')} - ${line('returnedMilli')} - ${line('qtyMilli')} < 0 and ${line('promisedOn')} <= ${until}
  and ${ofOrder('deletedAt')} is null and ${ofOrder('state')} in ('confirmed', 'partial')`
const linesOf = (db: Read) => sql`from ${readBy(db, 'orderLines', 'orderLines_open')} cross join ${sql.table('orders')}`

/** So far ahead a day may lie that is spoken of today. */
const horizon = (next: Day): Day => addDays(next, REMIND_AHEAD_DAYS - 1)

/** Due once a workday, from the morning on, if anything is waited for; a server that was down then makes up for it the same day. */
export async function deliveryRemindersWanted(read: Read, clock: Clock): Promise<boolean> {
  const today = clock.today()
  if (clock.now() < instantAt(today, MORNING, clock.zone)) return false
  const done = await read.selectFrom('deliveryRuns').select('id').where('onDay', '=', today).executeTakeFirst()
  if (done) return false
  const calendar = await workCalendar(read)
  if (!isWorkday(today, calendar)) return false
  const { rows } =
    await sql`select 1 ${linesOf(read)} where ${waited(horizon(nextWorkday(today, calendar)))} limit 1`.execute(
      read as unknown as Tx,
    )
  return rows.length > 0
}

interface Item {
  readonly orderLineId: number
  readonly userId: number
  readonly step: DeliveryStep
  readonly onDay: Day
}

/** Owners, 交货人 and whoever took the customer over hear of what they owe, one digest each; run again the same day it tells nobody twice. */
export async function remindOfDeliveries(
  { clock, store }: { store: Store; clock: Clock },
  signal?: AbortSignal,
): Promise<void> {
  const today = clock.today()
  const begunAt = clock.now()
  const stopping = signal ? { signal } : {}
  await inSlices(store, itemsOf(store, today), (tx, item) => note(tx, item, today), stopping)
  if (signal?.aborted) return
  const people = await store.read
    .selectFrom('deliveriesTold')
    .select('userId')
    .distinct()
    .where('toldOn', '=', today)
    .execute()
  await inSlices(store, people, (tx, { userId }) => digest(tx, userId, today, begunAt), stopping)
  if (signal?.aborted) return
  await store.tx(async (tx) => {
    await tx.deleteFrom('deliveriesTold').where('toldOn', '<', addDays(today, -KEPT_DAYS)).execute()
    await tx
      .insertInto('deliveryRuns')
      .values({ onDay: today })
      .onConflict((on) => on.doNothing())
      .execute()
  })
}

/** Whoever wrote the order, whoever hands over, and whoever has the customer now. */
const HEARING = ['ownerId', 'delivererId', 'customerOwnerId'] as const
/** What is to be said today, line by line; what was said already is left to `note`. Each page passes all that is open: off the main thread. */
async function* itemsOf({ heavy, read }: Store, today: Day): AsyncGenerator<Item> {
  const next = nextWorkday(today, await workCalendar(read))
  const active = new Set(
    (await read.selectFrom('users').select('id').where('disabled', '=', 0).execute()).map(({ id }) => id),
  )
  for (let last = 0; ;) {
    const page = sql<{ id: number; promisedOn: Day } & Record<(typeof HEARING)[number], number | null>>`
      select ${line('id')} as id, ${line('promisedOn')} as ${sql.ref('promisedOn')}, ${ofOrder('ownerId')} as ${sql.ref('ownerId')},
        ${ofOrder('delivererId')} as ${sql.ref('delivererId')},
        (select c.${sql.ref('ownerId')} from ${sql.table('customers')} c where c.id = ${ofOrder('customerId')}) as ${sql.ref('customerOwnerId')}
      ${linesOf(read)} where ${waited(horizon(next))} and ${line('id')} > ${last} order by ${line('id')} limit ${sql.lit(PAGE)}`
    const rows = await heavy(page.compile(read as unknown as Tx))
    if (rows.length === 0) return
    last = rows.at(-1)!.id
    for (const { id, promisedOn, ...row } of rows) {
      const due = deliveryStep(promisedOn, today, next)
      if (!due) continue
      for (const userId of new Set(HEARING.map((who) => row[who])))
        if (userId !== null && active.has(userId)) yield { orderLineId: id, userId, ...due }
    }
  }
}

async function note(tx: Tx, item: Item, toldOn: Day): Promise<void> {
  await tx
    .insertInto('deliveriesTold')
    .values({ ...item, toldOn })
    .onConflict((on) => on.columns(['orderLineId', 'userId', 'step', 'onDay']).doNothing())
    .execute()
}

/** What this person may see of the lines noted for today and still waited for, most urgent first. */
async function digest(tx: Tx, userId: number, today: Day, at: string): Promise<void> {
  const rights = await loadRights(tx as unknown as Read, userId)
  if (!rights) return
  const actor: Actor = { ...rights, at, today, via: 'job', address: null }
  const { rows } = await sql<{ step: DeliveryStep; number: string; name: string; customerName: string }>`
    select told.step as step, ${ofOrder('number')} as number, ${line('name')} as name,
      (select c.name from ${sql.table('customers')} c where c.id = ${ofOrder('customerId')}) as ${sql.ref('customerName')}
    from ${sql.table('deliveriesTold')} told
    join ${sql.table('orderLines')} on ${line('id')} = ${sql.ref('told.orderLineId')}
    join ${sql.table('orders')} on ${ofOrder('id')} = ${line('orderId')}
    where ${sql.ref('told.userId')} = ${userId} and ${sql.ref('told.toldOn')} = ${today}
      and ${waited('9999-12-31')} and ${visible(actor, order, 'delivery.read')}
    order by ${line('promisedOn')}, ${line('id')}`.execute(tx)
  if (rows.length === 0) return
  const words = (Object.keys(deliverySteps) as DeliveryStep[]).flatMap((step) => {
    const n = rows.filter((row) => row.step === step).length
    return n > 0 ? [`${deliverySteps[step]} ${n} 行`] : []
  })
  const named = rows.slice(0, MOST_NAMED).map(({ customerName, name, number }) => `${number} ${customerName} ${name}`)
  const isLate = rows.some(({ step }) => step === 'overdue')
  await tell(tx, at, {
    kind: 'delivery',
    userIds: [userId],
    title: `交货提醒:${words.join('、')}`,
    body: `${named.join(';')}${rows.length > MOST_NAMED ? ` 等 ${rows.length} 行` : ''}`,
    link: `/deliveries?when=${isLate ? 'overdue' : 'week'}&personId=${userId}`,
    onceKey: `delivery:${today}`,
  })
}
