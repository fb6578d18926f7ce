import type { Credit, CreditGroup } from '@crm/shared/contract/credit'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { eraseCustomer } from '@crm/server/modules/customers/erase'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let group: CreditGroup
/** Two companies of one group, of two sellers. */
let own: number
let sister: number
let n = 0
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const rules = (outcome: string) => as('admin').put('/api/settings/credit', { graceDays: 0, outcome, levels: [] })
const creditOf = async (id: number): Promise<Credit> => (await as('finance').get(`/api/customers/${id}/credit`)).body
const join = async (id: number, groupId: number | null) => {
  const { version } = await creditOf(id)
  return as('finance').put(`/api/customers/${id}/credit`, { version, groupId })
}
const write = async (who: 'sales1' | 'sales2', customerId: number, fen: number): Promise<OrderDetail> =>
  (
    await as(who).post('/api/orders', {
      customerId,
      orderedOn: '2026-11-01',
      lines: [{ name: '轴承', qtyMilli: 10_000, priceFen: fen / 10 }],
    })
  ).body
const submit = (who: 'sales1' | 'sales2', { id, version }: OrderDetail) =>
  as(who).post(`/api/orders/${id}/submit`, { version })

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  n += 1
  const { sales1, sales2 } = app.ids.users
  own = (await app.make.customer({ name: `东方一厂${n}号`, ownerId: sales1, level: null })).id
  sister = (await app.make.customer({ name: `东方二厂${n}号`, ownerId: sales2, level: null })).id
  group = (await as('finance').post('/api/credit-groups', { name: `东方集团${n}`, creditFen: 50_000 })).body
  await rules('refuse')
  for (const id of [own, sister]) await join(id, group.id)
})

describe('集团共用额度', () => {
  it('姊妹公司的占用一起算,超了按规则处理;看得到客户的人只看到别家的合计', async () => {
    expect((await submit('sales2', await write('sales2', sister, 30_000))).status).toBe(200)
    const credit = (await as('sales1').get(`/api/customers/${own}/credit`)).body as Credit
    expect(credit.limitFen).toBe(null)
    expect(credit.group).toEqual({
      id: group.id,
      name: `东方集团${n}`,
      creditFen: 50_000,
      othersCount: 1,
      othersFen: 30_000,
      exposureFen: 30_000,
      leftFen: 20_000,
    })
    const draft = await write('sales1', own, 30_000)
    const refused = await submit('sales1', draft)
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toBe(`集团“东方集团${n}”共占用 600.00 元,超过集团额度 500.00 元,超 100.00 元`)
    expect((await join(own, null)).body.group).toBe(null)
    expect((await submit('sales1', draft)).status).toBe(200)
  })

  it('一家多付的预收不替另一家担保', async () => {
    await as('finance').post('/api/receipts', { customerId: sister, amountFen: 40_000, receivedOn: '2026-11-20' })
    expect((await creditOf(own)).group).toMatchObject({ othersFen: 0, leftFen: 50_000 })
    await refuses(async () => submit('sales1', draft), 409)
  })
  let draft: OrderDetail
  beforeEach(async () => void (draft = await write('sales1', own, 60_000)))

  it('两家公司各一张订单同时提交,额度只够一张:正好一张确认', async () => {
    const other = await write('sales2', sister, 40_000)
    const mine = await write('sales1', own, 40_000)
    const answers = await Promise.all([submit('sales1', mine), submit('sales2', other)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect((await creditOf(own)).group?.exposureFen).toBe(40_000)
  })

  it('提示的只说一声;交货时也算集团的', async () => {
    await rules('warn')
    const { body } = await submit('sales1', draft)
    expect(body).toMatchObject({ state: 'confirmed' })
    expect(body.warnings).toEqual([`集团“东方集团${n}”共占用 600.00 元,超过集团额度 500.00 元,超 100.00 元`])
    await rules('refuse')
    const release = (await as('sales1').get(`/api/orders/${draft.id}/release`)).body
    expect(release).toMatchObject({ outcome: 'refused', messages: body.warnings })
  })
})

describe('集团本身', () => {
  it('名称不重复,版本旧了说出现状,删除后各算各的;记进日志', async () => {
    await refuses(() => as('finance').post('/api/credit-groups', { name: group.name, creditFen: 1 }), 409, 'name')
    const path = `/api/credit-groups/${group.id}`
    const put = (version: number) => as('finance').put(path, { version, name: group.name, creditFen: 70_000 })
    expect((await put(1)).body).toMatchObject({ creditFen: 70_000, version: 2, customerCount: 2 })
    await refuses(() => put(1), 409)
    await refuses(() => as('finance').delete(`${path}?version=1`), 409)
    expect((await as('sales1').get('/api/credit-groups')).status).toBe(403)
    expect((await as('finance').delete(`${path}?version=2`)).status).toBe(204)
    expect((await creditOf(own)).group).toBe(null)
    expect((await join(own, group.id)).body.errors).toMatchObject([{ field: 'groupId' }])
    expect((await auditOf(app, 'creditGroup', group.id)).map(({ action }) => action)).toEqual([
      'create',
      'update',
      'remove',
    ])
  })

  it('进了集团记在客户的日志里;删除的客户不再算,彻底删除的不留痕', async () => {
    const entry = (await auditOf(app, 'customer', own)).findLast(({ action }) => action === 'credit')
    expect(entry).toMatchObject({ before: { creditGroup: null }, after: { creditGroup: group.name } })
    expect((await submit('sales2', await write('sales2', sister, 30_000))).status).toBe(200)
    await app.store.tx((tx) => eraseCustomer(tx, sister))
    expect((await creditOf(own)).group).toMatchObject({ othersCount: 0, exposureFen: 0 })
    const listed = (await as('finance').get('/api/credit-groups')).body.items as CreditGroup[]
    expect(listed.find(({ id }) => id === group.id)?.customerCount).toBe(1)
  })
})
