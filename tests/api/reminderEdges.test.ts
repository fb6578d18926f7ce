import { birthdaysNear, fireReminders, tellBirthdays } from '@crm/server/modules/work/reminders/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const DAY_MS = 24 * 3_600_000
const sales1 = () => app.byToken('sales1')
const context = () => ({ store: app.store, clock: app.clock, signal: new AbortController().signal })
const told = async (part: string) =>
  (
    await app.store.read
      .selectFrom('notifications')
      .select(['title', 'userId'])
      .where('title', 'like', `%${part}%`)
      .orderBy('id')
      .execute()
  ).map(({ title, userId }) => [title, userId])
const openOnes = async (title: string) =>
  (await sales1().get(`/api/reminders?window=open&q=${encodeURIComponent(title)}`)).body.items

// The clock stands at Sunday 2026-11-22 09:00 in Shanghai.
describe('重复的提醒', () => {
  it('31 日每月的一条,在二月改了事项,三月仍在 31 日;推迟过的也不变', async () => {
    const { body: first } = await sales1().post('/api/reminders', {
      title: '对账',
      dueAt: '2027-01-31T01:00:00.000Z',
      repeat: 'monthly',
    })
    await sales1().post(`/api/reminders/${first.id}/done`)
    const [february] = await openOnes('对账')
    expect(february.dueAt).toBe('2027-02-28T01:00:00.000Z')
    await sales1().post(`/api/reminders/${february.id}/snooze`, { until: '2027-03-02T01:00:00.000Z' })
    // As a form sends it: everything it shows.
    const { body } = await sales1().patch(`/api/reminders/${february.id}`, {
      version: february.version + 1,
      title: '每月对账',
      dueAt: '2027-03-02T01:00:00.000Z',
      repeat: 'monthly',
    })
    expect(body).toMatchObject({ title: '每月对账', plannedAt: '2027-02-28T01:00:00.000Z' })
    await sales1().post(`/api/reminders/${february.id}/done`)
    expect((await openOnes('每月对账')).map(({ dueAt }: { dueAt: string }) => dueAt)).toEqual([
      '2027-03-31T01:00:00.000Z',
    ])
  })

  it('联系人删除了,也完成得了,下一次照样来', async () => {
    const { id: customerId } = await app.make.customer({ ownerId: app.ids.users.sales1 })
    const contact = await app.make.contact({ customerId })
    const { body } = await sales1().post('/api/reminders', {
      title: '每周问候',
      dueAt: '2026-11-23T01:00:00.000Z',
      repeat: 'weekly',
      contactId: contact.id,
    })
    await app.byToken('admin').delete(`/api/contacts/${contact.id}?version=1`)
    expect((await sales1().post(`/api/reminders/${body.id}/done`)).status).toBe(200)
    expect(await openOnes('每周问候')).toMatchObject([{ dueAt: '2026-11-30T01:00:00.000Z', customerId }])
  })

  it('日程里只有以后的各次:错过的不补,也就不显示', async () => {
    await app.byToken('sales1b').post('/api/reminders', {
      title: '日报',
      dueAt: '2026-11-17T02:00:00.000Z',
      repeat: 'daily',
    })
    const { body } = await app.byToken('sales1b').get('/api/calendar?from=2026-11-15&to=2026-11-24')
    expect(body.reminders).toMatchObject([{ dueAt: '2026-11-17T02:00:00.000Z' }])
    expect(body.expected.map(({ dueAt }: { dueAt: string }) => dueAt)).toEqual(
      ['22', '23', '24'].map((day) => `2026-11-${day}T02:00:00.000Z`),
    )
  })
})

describe('改派', () => {
  it('已经响过的交给别人,新的人也听到一次,原来的人不再听到', async () => {
    const { head1, sales1b } = app.ids.users
    const head = app.byToken('head1')
    const { id: customerId } = await app.make.customer({ ownerId: sales1b })
    const { body } = await head.post('/api/reminders', {
      title: '改派的事',
      dueAt: '2026-11-22T00:59:00.000Z',
      customerId,
      assigneeId: sales1b,
    })
    await fireReminders(context())
    await head.patch(`/api/reminders/${body.id}`, { version: 1, assigneeId: head1 })
    await fireReminders(context())
    await fireReminders(context())
    await head.patch(`/api/reminders/${body.id}`, { version: 2, title: '改派的事二' })
    await fireReminders(context())
    expect(await told('改派的事')).toEqual([
      ['改派的事', sales1b],
      ['改派的事', head1],
    ])
  })
})

describe('生日', () => {
  it('服务停过几天,生日当天补上;钟往前拨过几年再拨回,一次不少', async () => {
    const { id: customerId } = await app.make.customer({ ownerId: app.ids.users.sales2 })
    await app.make.contact({ customerId, name: '当天寿星', birthday: '1980-11-22' })
    expect(await birthdaysNear(app.store.read, app.clock)).toBe(true)
    app.clock.advance(3653 * DAY_MS)
    await tellBirthdays(context())
    expect(await told('当天寿星')).toHaveLength(1)
    app.clock.advance(-3653 * DAY_MS)
    await tellBirthdays(context())
    await tellBirthdays(context())
    expect(await told('当天寿星')).toHaveLength(2)
    expect(await birthdaysNear(app.store.read, app.clock)).toBe(false)
  })
})

describe('谁的日程', () => {
  it('选了人,就只有这些人负责或协作的客户的生日;经理的订阅里也没有下属客户的', async () => {
    const [mine, shared, others] = await Promise.all(
      (['head1', 'sub1', 'sub1'] as const).map(async (who) => {
        const { id } = await app.make.customer({ ownerId: app.ids.users[who] }, app.byToken('admin'))
        await app.make.contact({ customerId: id, name: `寿星${id}`, birthday: '1980-12-01' }, app.byToken('admin'))
        return id
      }),
    )
    const items = [{ userId: app.ids.users.head1, access: 'read' }]
    await app.byToken('admin').put(`/api/customers/${shared}/collaborators`, { items })
    const of = async (more: string) =>
      (await app.byToken('head1').get(`/api/calendar?from=2026-12-01&to=2026-12-01${more}`)).body.birthdays
        .map(({ customerId }: { customerId: number }) => customerId)
        .toSorted((a: number, b: number) => a - b)
    const sorted = (...ids: unknown[]) => (ids as number[]).toSorted((a, b) => a - b)
    expect(await of('')).toEqual(sorted(mine, shared, others))
    expect(await of(`&assigneeId=${app.ids.users.head1}`)).toEqual(sorted(mine, shared))
    expect(await of(`&assigneeId=${app.ids.users.sub1}`)).toEqual(sorted(shared, others))
    const { body } = await app.as('head1').post('/api/reminders/feed')
    const text = (await app.anonymous.get(body.address)).body as string
    expect([text.includes(`寿星${mine}`), text.includes(`寿星${others}`)]).toEqual([true, false])
  })
})

describe('日历订阅', () => {
  it('带区号、国家代码、前面加 0 的号码都不外传', async () => {
    const numbers = ['+8613812345678', '0086 139 1234 5678', '013612345678', '+86 21 62345678']
    const title = `打 ${numbers.join('、')},单号 202611220001234567`
    await app.byToken('sales2').post('/api/reminders', { title, dueAt: '2026-11-23T01:00:00.000Z' })
    const { body } = await app.as('sales2').post('/api/reminders/feed')
    const text = ((await app.anonymous.get(body.address)).body as string).replaceAll('\r\n ', '')
    expect(text).toContain('SUMMARY:打 138****5678、139****5678、136****5678、021****5678\\,单号 202611220001234567')
  })
})
