import type { Home, HomeBlock, HomeCount } from '@crm/shared/contract/home'
import { instantAt } from '@crm/shared/rules/zoned'
import { systemActor } from '@crm/server/core/access/actor'
import type { HomeSource } from '@crm/server/core/rows/home'
import { readHome } from '@crm/server/modules/work/home/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'

let app: TestApp
const users = () => app.ids.users
const at = (day: string, time = '10:00') => instantAt(day, time, 'Asia/Shanghai')
/** A Sunday; its week began on Monday the 16th. */
const TODAY = '2026-11-22'

async function customer(owner: Username, facts: object = {}, lastFollowUpAt: string | null = null): Promise<number> {
  const { id } = await app.make.customer({ ownerId: users()[owner], ...facts })
  await app.store.tx((tx) =>
    tx
      .updateTable('customers')
      .set({ lastFollowUpAt, receivedAt: at('2026-09-01'), createdAt: at('2026-09-01') })
      .where('id', '=', id)
      .execute(),
  )
  return id
}
const remind = (owner: Username, dueAt: string, customerId: number | null = null) =>
  app.as(owner).post('/api/reminders', { title: '回电话', dueAt, customerId })
const followUp = (owner: Username, customerId: number, followedAt: string) =>
  app.as(owner).post('/api/interactions', { customerId, kind: 'call', text: '聊了聊价格', followedAt })
const homeOf = async (who: Username | number, query = ''): Promise<Home> =>
  (await app.as(who).get(`/api/home${query}`)).body
const block = (home: Home, key: string): HomeBlock | undefined => home.blocks.find((one) => one.key === key)
const counts = (home: Home) => Object.fromEntries(home.blocks.map(({ count, key }) => [key, count]))

beforeAll(async () => {
  app = await openTestApp()
  await app.as('admin').put('/api/settings/inactivity', { items: [{ ownerDays: 30 }, { level: 'A', ownerDays: 7 }] })
  const late = await customer('sales1', { level: 'A', name: '重点久未跟进' }, at('2026-11-10'))
  const fresh = await customer('sales1', { level: 'A' }, at('2026-11-20'))
  await customer('sales1', { level: 'B', name: '从没跟进' })
  const below = await customer('sub1', {}, at('2026-10-01'))
  await customer('sales2', {}, at('2026-10-01'))
  await remind('sales1', at(TODAY, '23:00'), fresh)
  await remind('sales1', at('2026-11-21'), late)
  await remind('sales1', at('2026-11-19'), late)
  await remind('sub1', at(TODAY, '12:00'), below)
  await app
    .as('sales1')
    .post('/api/feedback', { customerId: late, words: '一直没人理', occurredOn: TODAY, severity: 'urgent' })
  const done = (await app.as('sales1').post('/api/feedback', { customerId: late, words: '好了', occurredOn: TODAY }))
    .body
  await app.as('sales1').post(`/api/feedback/${done.id}/close`, { version: 1 })
  for (const day of ['2026-11-16', '2026-11-22', '2026-11-15', '2026-11-09', '2026-11-08'])
    await followUp('sales1', fresh, at(day, '08:00'))
  await followUp('sub1', await customer('sub1'), at(TODAY, '08:30'))
})
afterAll(() => app.close())

/** Every number of a block, the parts it is made of included. */
const numbersOf = ({ before, parts, ...whole }: HomeBlock): HomeCount[] => [
  whole,
  ...(parts ?? []),
  ...(before ? [before] : []),
]
async function listed(who: Username, { list, query }: HomeCount['link']): Promise<number> {
  const { body, status } = await app.as(who).get(`${list}?${new URLSearchParams(query)}`)
  expect([list, query, status]).toEqual([list, query, 200])
  return body.total ?? body.unread
}

describe('工作台', () => {
  it('业务员看到自己的今天:待办、逾期、久未跟进按等级、反馈、通知、自己的数字', async () => {
    const home = await homeOf('sales1')
    expect(home).toMatchObject({ circle: 'me', userId: null, choices: { circles: ['me'], userIds: [] } })
    expect(counts(home)).toMatchObject({ today: 1, overdue: 2, silent: 2, feedback: 1, customers: 3, followUps: 2 })
    expect(block(home, 'silent')!.parts).toMatchObject([{ label: 'A 重点', count: 1 }])
    expect(block(home, 'feedback')).toMatchObject({ tone: 'bad', parts: [{ label: '紧急', count: 1 }] })
    expect(block(home, 'followUps')!.before).toMatchObject({ label: '上周', count: 2 })
    expect(block(home, 'overdue')!.rows!.items).toMatchObject([
      { dueAt: at('2026-11-19'), customerName: '重点久未跟进' },
      { dueAt: at('2026-11-21'), customerName: '重点久未跟进' },
    ])
    expect(block(home, 'silent')!.rows!.items).toMatchObject([{ name: '从没跟进' }, { name: '重点久未跟进' }])
  })

  it('没有内容的不出现;什么都没有的人看到的是空的', async () => {
    expect(counts(await homeOf('sales1b'))).toEqual({})
    expect((await homeOf('sales2')).blocks.map(({ key }) => key)).toEqual(['silent', 'customers'])
  })

  it.each([
    ['sales1', ''],
    ['sub1', ''],
    ['head1', ''],
    ['head1', '?circle=team'],
    ['head1', '?circle=subtree'],
    ['admin', ''],
    ['admin', '?circle=all'],
    ['finance', '?circle=all'],
  ] as const)('%s 看%s:每个数字打开的正是它数的那些行', async (who, query) => {
    const home = await homeOf(who, query)
    for (const number of home.blocks.flatMap(numbersOf))
      expect([number.label, await listed(who, number.link)]).toEqual([number.label, number.count])
    const shown = home.blocks.flatMap(({ count, key, rows }) =>
      rows && rows.of !== 'person' ? [[key, rows.items.length, Math.min(count, rows.of === 'feedback' ? 5 : 8)]] : [],
    )
    expect(shown.filter(([, found, expected]) => found !== expected)).toEqual([])
  })

  it('经理可以看本部门、下属、每一位;今日跟进按人数', async () => {
    const mine = await homeOf('head1')
    expect(mine.choices.circles).toEqual(['me', 'team', 'subtree'])
    expect(mine.choices.userIds.toSorted((a, b) => a - b)).toEqual(
      [users().sales1, users().sales1b, users().sub1, users().disabled].toSorted((a, b) => a - b),
    )
    expect(counts(await homeOf('head1', '?circle=team'))).toMatchObject({ silent: 2, overdue: 2, people: 1 })
    const below = await homeOf('head1', '?circle=subtree')
    expect(counts(below)).toMatchObject({ silent: 3, overdue: 2, today: 2, people: 2 })
    expect(block(below, 'people')!.rows!.items).toMatchObject([
      { authorName: '王业务', count: 1 },
      { authorName: '赵一组', count: 1 },
    ])
    const one = await homeOf('head1', `?userId=${users().sales1}`)
    expect(one).toMatchObject({ circle: 'person', userId: users().sales1 })
    expect(counts(one)).toMatchObject({ silent: 2, overdue: 2, today: 1, customers: 3 })
    expect(block(one, 'unread')).toBe(undefined)
  })

  it('看不到的人和范围一律 404,不认得的参数 400', async () => {
    for (const [who, query] of [
      ['sales1', `?userId=${users().sales2}`],
      ['sales1', '?circle=team'],
      ['sales1', '?circle=all'],
      ['head1', `?userId=${users().sales2}`],
      ['head1', '?circle=all'],
      ['admin', '?userId=999999'],
    ] as const)
      expect([who, query, (await app.as(who).get(`/api/home${query}`)).status]).toEqual([who, query, 404])
    expect((await app.as('admin').get('/api/home?circle=person')).status).toBe(400)
  })

  it('没有查看客户权限的人也打得开,只有自己的通知', async () => {
    const empty = await app.make.role({ name: '空', permissions: [] })
    const { id } = await app.make.user({ teamId: app.ids.teams.D2, roleIds: [empty.id] })
    expect(await homeOf(id)).toMatchObject({ circle: 'me', blocks: [] })
  })
})

describe('一块读不出来', () => {
  const working: HomeSource = {
    label: '好的',
    permission: null,
    blocks: async () => [
      { key: 'good', label: '好的', count: 1, capped: false, tone: 'plain', link: { page: '/', list: '/', query: {} } },
    ],
  }
  const broken: HomeSource = { label: '待办', permission: null, blocks: async () => Promise.reject(new Error('坏了')) }
  const read = async (...sources: HomeSource[]) => {
    const warned: string[] = []
    const actor = systemActor(app.clock.now(), app.clock.today(), 'job', '系统')
    const warn = (message: string) => void warned.push(message)
    const home = await readHome(
      app.store.read,
      actor,
      {},
      { heavy: app.store.heavy, sources, zone: 'Asia/Shanghai', warn },
    )
    return { home, warned }
  }

  it('其余照常,说出少了什么,日志里有原因;一块也没有时才整页失败', async () => {
    const { home, warned } = await read(broken, working)
    expect(home).toMatchObject({ blocks: [{ key: 'good' }], failed: ['待办'] })
    expect(warned).toEqual(['工作台:待办读不出来'])
    expect((await homeOf('sales1')).failed).toEqual([])
    await expect(read(broken)).rejects.toThrow('坏了')
  })
})
