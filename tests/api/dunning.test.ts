import { dunningWanted, remindOfDues } from '@crm/server/modules/finance/dunning/service'
import { addDays } from '@crm/shared/days'
import { instantAt } from '@crm/shared/rules/zoned'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { owe } from '../support/trade/ledger.ts'

const ZONE = 'Asia/Shanghai'
const DUE = '2026-12-20'
let app: TestApp
let customerId: number
let n = 0
// A fresh one each: the clock moves past every sign-in.
beforeEach(async () => {
  app = await openTestApp()
  customerId = (await app.make.customer({ name: `催收公司${++n}号`, ownerId: app.ids.users.sales1 })).id
})

afterEach(() => app.close())

const go = (day: string, time = '09:00') =>
  app.clock.advance(Date.parse(instantAt(day, time, ZONE)) - Date.parse(app.clock.now()))
const work = async () => {
  if (await dunningWanted(app.store.read, app.clock)) await remindOfDues({ store: app.store, clock: app.clock })
}
const told = async (who: 'sales1' | 'head1') =>
  (
    await app.store.read
      .selectFrom('notifications')
      .select(['title', 'body', 'link'])
      .where('kind', '=', 'dunning')
      .where('customerId', '=', customerId)
      .where('userId', '=', app.ids.users[who])
      .orderBy('id')
      .execute()
  ).map(({ title }) => title.replace(/:.*/, ''))

it('到期前 7 天、当天提醒业务员;逾期 7 天、30 天也告诉经理;每步一次,早上才说', async () => {
  await owe(app, { customerId, amountFen: 4_520_000, on: '2026-11-20', dueOn: DUE })
  await owe(app, { customerId, amountFen: 100, on: '2026-11-20', dueOn: DUE, label: '第2期' })
  go(addDays(DUE, -8))
  await work()
  expect(await told('sales1')).toEqual([])
  go(addDays(DUE, -7), '08:00')
  await work()
  expect(await told('sales1')).toEqual([])
  for (const [days, sales, head] of [
    [-7, ['应收7 天后到期'], []],
    [0, ['应收7 天后到期', '应收今天到期'], []],
    [7, ['应收7 天后到期', '应收今天到期', '应收已逾期 7 天'], ['应收已逾期 7 天']],
    [
      30,
      ['应收7 天后到期', '应收今天到期', '应收已逾期 7 天', '应收已逾期 30 天'],
      ['应收已逾期 7 天', '应收已逾期 30 天'],
    ],
  ] as const) {
    go(addDays(DUE, days))
    await work()
    await work()
    expect([days, await told('sales1'), await told('head1')]).toEqual([days, sales, head])
  }
  const [first] = await app.store.read
    .selectFrom('notifications')
    .select(['body', 'link'])
    .where('kind', '=', 'dunning')
    .where('customerId', '=', customerId)
    .orderBy('id')
    .execute()
  expect(first).toEqual({
    body: '2 笔,45,201.00 元,2026-12-20 到期',
    link: `/receivables?customerId=${customerId}&status=overdue,partial,due`,
  })
})

it('停机错过的那天,开机补上一次;收清的、客户在回收站的不提醒', async () => {
  const dueOn = addDays(app.clock.today(), 3)
  await owe(app, { customerId, amountFen: 100, on: '2026-11-20', dueOn })
  const other = await app.make.customer({ name: `已结清公司${n}`, ownerId: app.ids.users.sales1 })
  const paid = await owe(app, { customerId: other.id, amountFen: 100, on: '2026-11-20', dueOn })
  await app.store.tx((tx) => tx.updateTable('receivables').set({ receivedFen: 100 }).where('id', '=', paid).execute())
  go(addDays(dueOn, 4))
  await work()
  expect(await told('sales1')).toEqual(['应收已逾期 4 天'])
  const { n: others } = await app.store.read
    .selectFrom('notifications')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('customerId', '=', other.id)
    .where('kind', '=', 'dunning')
    .executeTakeFirstOrThrow()
  expect(Number(others)).toBe(0)
})
