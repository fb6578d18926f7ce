import { type SilenceStep, silenceSteps } from '@crm/shared/contract/inactivity'
import type { Day } from '@crm/shared/days'
import { isWorkday } from '@crm/shared/rules/workdays'
import { instantAt } from '@crm/shared/rules/zoned'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import type { Clock } from '../../../core/clock.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { visible } from '../../../core/access/scope.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import { customer } from '@crm/shared/entities/customer'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import {
  hasRules,
  readRuled,
  reportedTo,
  type Ruled,
  silentBefore,
  silentCustomers,
  silentSince,
} from '../../customers/service.ts'
import { loadRights, superiors, type Superiors } from '../../org/service.ts'
import { workCalendar } from '../reminders/service.ts'

/** The report stands in the bell when people come to work. */
const MORNING = '08:30'
const PAGE = 1_000

/** Due once a workday, from the morning on, if there are rules; a server that was down then makes up for it the same day. */
export async function reportWanted(read: Read, clock: Clock): Promise<boolean> {
  const today = clock.today()
  if (clock.now() < instantAt(today, MORNING, clock.zone) || !(await hasRules(read))) return false
  const done = await read.selectFrom('inactivityRuns').select('id').where('onDay', '=', today).executeTakeFirst()
  return done === undefined && isWorkday(today, await workCalendar(read))
}

interface Item {
  readonly customerId: number
  readonly ownerId: number
  readonly step: SilenceStep
  readonly since: string
  readonly userId: number
}

/** One digest per person: whose customers have been silent for how long. Run again the same day it tells nobody twice. */
export async function reportSilence(
  { clock, store }: { store: Store; clock: Clock },
  signal?: AbortSignal,
): Promise<void> {
  const today = clock.today()
  const begunAt = clock.now()
  await inSlices(
    store,
    itemsOf(store.read, today, clock.zone),
    (tx, item) => note(tx, item, today),
    signal ? { signal } : {},
  )
  if (signal?.aborted) return
  const people = await store.read
    .selectFrom('inactivityTold')
    .select('userId')
    .distinct()
    .where('onDay', '=', today)
    .execute()
  await inSlices(store, people, (tx, { userId }) => digest(tx, userId, today, begunAt), signal ? { signal } : {})
  if (signal?.aborted) return
  await store.tx((tx) =>
    tx
      .insertInto('inactivityRuns')
      .values({ onDay: today })
      .onConflict((on) => on.doNothing())
      .execute(),
  )
}

/** Steps that are due and were not taken in this silence, customer by customer. */
async function* itemsOf(read: Read, today: Day, zone: string): AsyncGenerator<Item> {
  const ruled = await readRuled(read)
  const leads = await superiors(read)
  const active = new Set(
    (await read.selectFrom('users').select('id').where('disabled', '=', 0).execute()).map((u) => u.id),
  )
  const silent = await silentCustomers(read, today, zone)
  for (let last = 0; ;) {
    const rows = await read
      .selectFrom('customers') // unscoped: the report looks at everybody's
      .select(['id', 'ownerId', 'level', 'lastFollowUpAt', 'createdAt', 'receivedAt'])
      .where('deletedAt', 'is', null)
      .where('id', '>', last)
      .where(silent)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    if (rows.length === 0) return
    last = rows.at(-1)!.id
    const told = await toldOf(
      read,
      rows.map(({ id }) => id),
    )
    for (const row of rows) {
      const since = silentSince(row)
      for (const [step, userId] of dueSteps(ruled, leads, { ...row, ownerId: row.ownerId! }, since, today, zone))
        if (active.has(userId) && !told.has(`${row.id} ${step} ${since}`))
          yield { customerId: row.id, ownerId: row.ownerId!, step, since, userId }
    }
  }
}

async function toldOf(read: Read, customerIds: readonly number[]): Promise<ReadonlySet<string>> {
  const rows = await read
    .selectFrom('inactivityTold')
    .select(['customerId', 'step', 'since'])
    .where(inIds(read, 'customerId', customerIds))
    .execute()
  return new Set(rows.map(({ customerId, since, step }) => `${customerId} ${step} ${since}`))
}

function dueSteps(
  { ruleFor }: Ruled,
  leads: Superiors,
  { level, ownerId }: { ownerId: number; level: string | null },
  since: string,
  today: Day,
  zone: string,
): [SilenceStep, number][] {
  const rule = ruleFor(ownerId, level)
  if (!rule) return []
  const [manager, director] = leads(ownerId)
  const isDue = (days: number | null) => days !== null && since < silentBefore(today, rule.ownerDays + days, zone)
  const steps: [SilenceStep, number | undefined, boolean][] = [
    ['owner', ownerId, isDue(0)],
    ['manager', manager, isDue(rule.managerDays)],
    ['director', director, isDue(rule.directorDays)],
  ]
  return steps.flatMap(([step, userId, due]): [SilenceStep, number][] => (due && userId ? [[step, userId]] : []))
}

/** Written down once per silence, unless somebody followed up or the owner changed since the look. */
async function note(tx: Tx, { customerId, ownerId, since, step, userId }: Item, onDay: Day): Promise<void> {
  const now = await tx
    .selectFrom('customers') // unscoped: the report looks at everybody's
    .select(['lastFollowUpAt', 'createdAt', 'receivedAt', 'ownerId', 'deletedAt'])
    .where('id', '=', customerId)
    .executeTakeFirst()
  if (!now || now.deletedAt || now.ownerId !== ownerId || silentSince(now) !== since) return
  await tx
    .insertInto('inactivityTold')
    .values({ customerId, step, since, userId, onDay })
    .onConflict((on) => on.columns(['customerId', 'step', 'since']).doNothing())
    .execute()
}

/** What the list behind the link shows this person, counted by step. */
async function digest(tx: Tx, userId: number, today: Day, at: string): Promise<void> {
  const rights = await loadRights(tx as unknown as Read, userId)
  if (!rights) return
  const actor: Actor = { ...rights, at, today, via: 'job', address: null }
  const { rows } = await sql<{ step: SilenceStep; n: number }>`select told.step as step, count(*) as n
    from ${sql.table('inactivityTold')} told
    join ${sql.table('customers')} on ${sql.ref('customers.id')} = ${sql.ref('told.customerId')}
    where ${sql.ref('told.userId')} = ${userId} and ${sql.ref('told.onDay')} = ${today} and ${sql.ref('customers.deletedAt')} is null
      and ${reportedTo(actor, today)} and ${visible(actor, customer, 'customer.read')}
    group by told.step`.execute(tx)
  const counts = new Map(rows.map(({ n, step }) => [step, Number(n)]))
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0)
  if (total === 0) return
  const words = (Object.keys(silenceSteps) as SilenceStep[]).flatMap((step) =>
    counts.has(step)
      ? [`${step === 'owner' ? '你负责的' : '下属的'} ${counts.get(step)} 家${step === 'director' ? '(已报经理)' : ''}`]
      : [],
  )
  await tell(tx, at, {
    kind: 'inactive',
    userIds: [userId],
    title: `久未跟进:${total} 家客户`,
    body: words.join(';'),
    link: `/customers?reportedOn=${today}`,
    onceKey: `inactive:${today}`,
  })
}
