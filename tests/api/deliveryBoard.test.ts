import { systemActor } from '@crm/server/core/access/actor'
import { deliver } from '@crm/server/modules/contracts/deliveries/service'
import { deliveryRemindersWanted, remindOfDeliveries } from '@crm/server/modules/work/deliveryReminders/service'
import type { OpenLine } from '@crm/shared/contract/deliveries'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { addDays } from '@crm/shared/days'
import { instantAt } from '@crm/shared/rules/zoned'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'

let app: TestApp
let customerId: number
const TODAY = '2026-11-22'
const users = () => app.ids.users

beforeEach(async () => {
  app = await openTestApp()
  customerId = (await app.make.customer({ name: '等货公司', ownerId: users().sales1 })).id
})
afterEach(() => app.close())

async function ordered(days: readonly (string | null)[], more: object = {}): Promise<OrderDetail> {
  const lines = days.map((promisedOn, at) => ({ name: `货${at + 1}`, qtyMilli: 5_000, priceFen: 100, promisedOn }))
  const facts = { customerId, orderedOn: '2026-11-01', lines, ...more }
  const { body } = await app.as('head1').post('/api/orders', facts)
  return (await app.as('head1').post(`/api/orders/${body.id}/submit`, { version: body.version })).body
}
const hand = (order: OrderDetail, at: number, qtyMilli: number, more: object = {}) =>
  app.as('head1').post('/api/deliveries', {
    orderId: order.id,
    deliveredOn: app.clock.today(),
    lines: [{ orderLineId: order.lines[at]!.id, qtyMilli }],
    ...more,
  })
const board = async (query: string, who: Username = 'sales1') =>
  (await app.as(who).get(`/api/deliveries/board?${query}`)).body
const names = async (query: string, who: Username = 'sales1') =>
  (await board(query, who)).items.map((row: OpenLine) => row.name)

describe('交货看板', () => {
  it('按交货期分开,带已交、未交;各栏的数一次给全,等于各栏的行数', async () => {
    const days = ['2026-11-20', TODAY, '2026-11-23', '2026-11-29', '2026-11-30', null]
    const order = await ordered(days, { delivererId: users().sales1b })
    await hand(order, 0, 2_000)
    const late = await board('when=overdue')
    expect(late).toMatchObject({ total: 1, counts: { overdue: 1, today: 1, tomorrow: 1, week: 3 } })
    expect(late.items).toEqual([
      {
        id: order.lines[0]!.id,
        orderId: order.id,
        orderNumber: order.number,
        customerId,
        customerName: '等货公司',
        ownerId: users().sales1,
        ownerName: expect.any(String),
        delivererId: users().sales1b,
        delivererName: expect.any(String),
        name: '货1',
        spec: null,
        unit: null,
        qtyMilli: 5_000,
        deliveredMilli: 2_000,
        openMilli: 3_000,
        promisedOn: '2026-11-20',
      },
    ])
    expect(await names('when=today')).toEqual(['货2'])
    expect(await names('when=tomorrow')).toEqual(['货3'])
    expect(await names('when=week')).toEqual(['货2', '货3', '货4'])
    expect(await names('when=all')).toEqual(['货6', '货1', '货2', '货3', '货4', '货5'])
    expect(await names('when=all&size=2&page=2')).toEqual(['货2', '货3'])
  })

  it('交齐的、关闭的、草稿的不在;退货后又在', async () => {
    const order = await ordered([TODAY])
    await app.as('head1').post('/api/orders', {
      customerId,
      orderedOn: TODAY,
      lines: [{ name: '草稿', qtyMilli: 1_000, priceFen: 1, promisedOn: TODAY }],
    })
    await hand(order, 0, 5_000)
    expect((await board('when=all')).total).toBe(0)
    await hand(order, 0, 1_000, { kind: 'return' })
    expect((await board('when=today')).items).toMatchObject([{ deliveredMilli: 4_000, openMilli: 1_000 }])
    const { version } = (await app.as('head1').get(`/api/orders/${order.id}`)).body
    await app.as('head1').post(`/api/orders/${order.id}/close`, { version })
    expect((await board('when=all')).total).toBe(0)
  })

  it('只看得到自己范围的客户;按业务员、部门、交货人、客户、搜索筛', async () => {
    const other = await app.make.customer({ name: '外人公司', ownerId: users().sales2 })
    const order = await ordered([TODAY], { delivererId: users().sales1b })
    await app.as('admin').post('/api/orders', {
      customerId: other.id,
      orderedOn: TODAY,
      lines: [{ name: '外人的', qtyMilli: 1_000, priceFen: 1, promisedOn: TODAY }],
    })
    expect(await names('when=all', 'sales2')).toEqual([])
    for (const query of [
      `ownerId=${users().sales1}`,
      `teamId=${app.ids.teams.D1}`,
      `delivererId=${users().sales1b}`,
      `personId=${users().sales1b}`,
      `personId=${users().sales1}`,
      `customerId=${customerId}`,
      `q=${order.number}`,
      `q=${encodeURIComponent('等货')}`,
      `q=${encodeURIComponent('货1')}`,
    ]) {
      const found = await board(`when=today&${query}`, 'head1')
      expect([query, found.items.length, found.counts.today]).toEqual([query, 1, 1])
    }
    const none = await board(`when=today&personId=${users().sales2}`, 'head1')
    expect([none.total, none.counts.today]).toEqual([0, 0])
  })

  it('工作台上有逾期与 7 天内的,数与看板相同,看的是自己负责或要交的', async () => {
    await ordered(['2026-11-20', TODAY, '2026-11-25'], { delivererId: users().sales1b })
    const { blocks } = (await app.as('sales1').get('/api/home')).body
    const of = (key: string) => blocks.find((block: { key: string }) => block.key === key)
    expect(of('lateDeliveries')).toMatchObject({ count: 1, tone: 'bad', rows: { of: 'openLine', items: [{}] } })
    expect(of('deliveries')).toMatchObject({ count: 2, parts: [{ label: '今天', count: 1 }] })
    const { query } = of('deliveries').link
    expect((await board(new URLSearchParams(query).toString())).total).toBe(2)
  })
})

describe('准时率', () => {
  it('按期交齐的占应交的;晚交、少交、退货、作废的不算;还没到期的不算应交', async () => {
    const order = await ordered([...Array.from({ length: 5 }, () => '2026-11-20'), '2026-11-25'])
    const on = (deliveredOn: string) => ({ deliveredOn })
    await hand(order, 0, 5_000, on('2026-11-20'))
    await hand(order, 1, 5_000, on('2026-11-21'))
    await hand(order, 2, 4_999, on('2026-11-19'))
    await hand(order, 3, 5_000, on('2026-11-18'))
    await hand(order, 3, 1_000, { ...on('2026-11-19'), kind: 'return' })
    const { body: voided } = await hand(order, 4, 5_000, on('2026-11-18'))
    await app.as('head1').post(`/api/deliveries/${voided.id}/void`, { version: 1, reason: '错' })
    const rate = async (query: string, who: Username = 'sales1') =>
      (await app.as(who).get(`/api/deliveries/on-time?${query}`)).body
    const month = 'from=2026-11-01&to=2026-11-30'
    expect(await rate(month)).toEqual({
      from: '2026-11-01',
      to: '2026-11-30',
      dueLines: 5,
      onTimeLines: 1,
      rateBp: 2_000,
    })
    await hand(order, 0, 1_000, { kind: 'return' })
    expect(await rate(month)).toMatchObject({ onTimeLines: 1 })
    expect(await rate(month, 'sales2')).toMatchObject({ dueLines: 0, rateBp: null })
    expect(await rate(`${month}&ownerId=${users().sales2}`)).toMatchObject({ dueLines: 0 })
    expect((await app.as('sales1').get('/api/deliveries/on-time?from=2026-11-02&to=2026-11-01')).status).toBe(400)
    expect(await rate('')).toMatchObject({ from: '2026-11-01', to: TODAY, dueLines: 5 })
  })
})

describe('交货提醒', () => {
  const ZONE = 'Asia/Shanghai'
  const at = (day: string, time = '09:00') =>
    app.clock.advance(Date.parse(instantAt(day, time, ZONE)) - Date.parse(app.clock.now()))
  async function remind(day: string, signal?: AbortSignal): Promise<boolean> {
    at(day)
    const wanted = await deliveryRemindersWanted(app.store.read, app.clock)
    if (wanted) await remindOfDeliveries({ store: app.store, clock: app.clock }, signal)
    return wanted
  }
  /** By when everybody's sign-in has run out. */
  const handLater = (order: OrderDetail, at: number) =>
    app.store.tx((tx) => {
      const [deliveredOn, orderLineId] = [app.clock.today(), order.lines[at]!.id]
      const actor = systemActor(app.clock.now(), deliveredOn, 'cli', '测试')
      return deliver(tx, actor, { orderId: order.id, deliveredOn, lines: [{ orderLineId, qtyMilli: 5_000 }] }, [])
    })
  const told = async (who: Username) =>
    (
      await app.store.read
        .selectFrom('notifications')
        .select(['title', 'link'])
        .where('userId', '=', users()[who])
        .where('kind', '=', 'delivery')
        .orderBy('id')
        .execute()
    ).map(({ title }) => title)

  it('提前 3 天、1 天、当天,逾期每个工作日:业务员与交货人各一条汇总;周末不打扰', async () => {
    const order = await ordered(['2026-11-26', '2026-11-26'], { delivererId: users().head1 })
    const days = Array.from({ length: 10 }, (_, n) => addDays('2026-11-22', n))
    const ran: string[] = []
    for (const day of days) if (await remind(day)) ran.push(day)
    // Sunday the 22nd and the weekend of the 28th are free.
    expect(ran).toEqual([
      '2026-11-23',
      '2026-11-24',
      '2026-11-25',
      '2026-11-26',
      '2026-11-27',
      '2026-11-30',
      '2026-12-01',
    ])
    const titles = ['3 天内', '下个工作日前', '今天', '逾期', '逾期', '逾期'].map((word) => `交货提醒:${word} 2 行`)
    expect(await told('sales1')).toEqual(titles)
    expect(await told('head1')).toEqual(titles)
    expect(await told('sales1b')).toEqual([])

    await handLater(order, 0)
    await remind('2026-12-02')
    expect((await told('sales1')).at(-1)).toBe('交货提醒:逾期 1 行')
    await handLater(order, 1)
    expect(await remind('2026-12-03')).toBe(false)
    expect(await told('sales1')).toHaveLength(7)
  })

  it('一天只说一次:再跑、中途停下重来、两个进程一起跑,也不多一条、不少一条', async () => {
    await ordered(Array.from({ length: 5 }, () => '2026-11-20'))
    at('2026-11-23')
    const stopping = new AbortController()
    stopping.abort()
    await remindOfDeliveries({ store: app.store, clock: app.clock }, stopping.signal)
    expect(await told('sales1')).toEqual([])
    expect(await deliveryRemindersWanted(app.store.read, app.clock)).toBe(true)
    await Promise.all([1, 2].map(() => remindOfDeliveries({ store: app.store, clock: app.clock })))
    await remindOfDeliveries({ store: app.store, clock: app.clock })
    expect(await told('sales1')).toEqual(['交货提醒:逾期 5 行'])
    expect(await deliveryRemindersWanted(app.store.read, app.clock)).toBe(false)
  })

  it('进程在任何一步中间没了,重新启动的那个接着说完,还是一条', async () => {
    await ordered(Array.from({ length: 3 }, () => '2026-11-20'))
    at('2026-11-23')
    for (const survives of [0, 1, 2]) {
      let begun = 0
      const dying = Object.create(app.store) as typeof app.store
      Object.defineProperty(dying, 'tx', {
        value: (work: Parameters<typeof app.store.tx>[0]) =>
          ++begun > survives ? Promise.reject(new Error('没了')) : app.store.tx(work),
      })
      await expect(remindOfDeliveries({ store: dying, clock: app.clock })).rejects.toThrow('没了')
      expect(await deliveryRemindersWanted(app.store.read, app.clock)).toBe(true)
    }
    await remindOfDeliveries({ store: app.store, clock: app.clock })
    expect(await told('sales1')).toEqual(['交货提醒:逾期 3 行'])
    expect(await deliveryRemindersWanted(app.store.read, app.clock)).toBe(false)
  })

  it('没有要交的时候什么都不写', async () => {
    await ordered(['2027-03-01', null])
    at('2026-11-23')
    expect(await deliveryRemindersWanted(app.store.read, app.clock)).toBe(false)
  })

  it('客户转给别人以后,提醒和工作台跟着到新的负责人,原来的业务员看不到就不再提醒', async () => {
    await ordered(['2026-11-20'])
    const { version } = (await app.as('admin').get(`/api/customers/${customerId}`)).body
    await app.as('admin').patch(`/api/customers/${customerId}`, { version, ownerId: users().sales2 })
    await remind('2026-11-23')
    expect(await told('sales2')).toEqual(['交货提醒:逾期 1 行'])
    expect(await told('sales1')).toEqual([])
    const { blocks } = (await app.as('sales2').get('/api/home')).body
    expect(blocks.find((block: { key: string }) => block.key === 'lateDeliveries')).toMatchObject({ count: 1 })
  })

  it('看不到客户了的人不再提醒', async () => {
    await ordered(['2026-11-20'], { delivererId: users().sales2 })
    await remind('2026-11-23')
    expect(await told('sales1')).toHaveLength(1)
    expect(await told('sales2')).toEqual([])
  })
})
