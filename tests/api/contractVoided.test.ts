import type { Home } from '@crm/shared/contract/home'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

const AMOUNT_FEN = 100_000
let app: TestApp
let customerId: number
let contractId: number
const sales1 = () => app.as('sales1')
const get = async (path: string) => {
  const { body, status } = await sales1().get(path)
  expect([path, status]).toEqual([path, 200])
  return body
}
const ok = ({ status }: { status: number }) => expect(status).toBeLessThan(300)

beforeAll(async () => {
  app = await openTestApp()
  const admin = app.as('admin')
  const pool = { name: '看合同的公海', memberTeamIds: [app.ids.teams.D1], followUpDays: 10, contractDays: 5 }
  ok(await admin.post('/api/pools', pool))
  customerId = (await app.make.customer({ name: '合同作废的公司', ownerId: app.ids.users.sales1 })).id
  const { version } = (await admin.get(`/api/customers/${customerId}`)).body
  const limit = { version, creditFen: AMOUNT_FEN * 2 }
  ok(await app.as('finance').put(`/api/customers/${customerId}/credit`, limit))
})
afterAll(() => app.close())

/** Whatever the product says anywhere that a contract in force has a part in. */
async function saidOfIt() {
  const money = (await get(`/api/customers/${customerId}/money`)).facts as { key: string; value: number | null }[]
  const strip = Object.fromEntries(money.map(({ key, value }) => [key, value]))
  const [sums] = (await get(`/api/customers/receivables?ids=${customerId}&deals=true`)).items
  const open = await get('/api/receivables?status=due,partial,overdue&totals=1')
  const ageing = await get('/api/receivables/ageing')
  const credit = await get(`/api/customers/${customerId}/credit`)
  const statement = await get(`/api/customers/${customerId}/statement?from=2026-01-01&to=2026-12-31`)
  const blocks = ((await get('/api/home')) as Home).blocks
  const block = (key: string) => blocks.find((one) => one.key === key)?.count ?? 0
  const total = async (list: string) => (await get(list)).total as number
  const pool = await get(`/api/customers/${customerId}/pool`)
  return {
    资金条成交: strip['deals'],
    资金条应收: strip['receivable'],
    资金条逾期: strip['overdue'],
    资金条额度余: strip['creditLeft'],
    资金条回款率: strip['received'],
    资金条距上次成交: strip['sinceDeal'],
    客户列表应收: sums.openFen,
    客户列表逾期: sums.overdueFen,
    客户列表成交: sums.deals.ordersFen + sums.deals.contractsFen,
    欠款的客户: await total('/api/customers?owing=overdue'),
    应收列表: [open.total, open.totals.amountFen],
    合同列表: (await get('/api/contracts?state=active,completed,archived&totals=1')).totals.amountFen ?? 0,
    即将到期的合同: await total('/api/contracts?expiry=soon'),
    账龄: ageing.totals.totalFen,
    账龄逾期: ageing.totals.overdueFen,
    对账单期末: statement.closingFen,
    信用占用: credit.exposureFen,
    信用逾期天数: credit.overdueDays,
    工作台逾期: block('owedLate'),
    工作台到期: block('dueSoon'),
    工作台合同: block('contracts'),
    可开票: (await get(`/api/contracts/${contractId}/invoicing`)).isEffective,
    公海豁免: pool.holds,
  }
}
const move = async (name: string, body: object) => {
  const { version } = await get(`/api/contracts/${contractId}`)
  const { status } = await app.as('head1').post(`/api/contracts/${contractId}/${name}`, { version, ...body })
  expect([name, status]).toEqual([name, 200])
}

it('签订一份合同,处处都算上它;作废它,每个数都回到没有它的时候', async () => {
  const facts = { customerId, title: '供货合同', amountFen: AMOUNT_FEN, startOn: '2026-11-01', endOn: '2026-12-01' }
  contractId = (await sales1().post('/api/contracts', facts)).body.id
  const items = [
    { amountFen: 60_000, plannedOn: '2026-11-01' },
    { amountFen: 40_000, plannedOn: '2026-11-25' },
  ]
  expect((await sales1().put(`/api/contracts/${contractId}/plan`, { items })).status).toBe(200)
  const without = await saidOfIt()
  await move('submit', {})
  await move('sign', { signedOn: '2026-11-10' })
  const counted = await saidOfIt()
  const unmoved = Object.entries(counted).filter(
    ([key, value]) => JSON.stringify(value) === JSON.stringify(without[key as keyof typeof without]),
  )
  expect(unmoved).toEqual([])
  expect(counted).toMatchObject({
    资金条成交: AMOUNT_FEN,
    客户列表成交: AMOUNT_FEN,
    资金条应收: AMOUNT_FEN,
    客户列表应收: AMOUNT_FEN,
    应收列表: [2, AMOUNT_FEN],
    账龄: AMOUNT_FEN,
    信用占用: AMOUNT_FEN,
    资金条额度余: AMOUNT_FEN,
    对账单期末: AMOUNT_FEN,
    资金条逾期: 60_000,
    客户列表逾期: 60_000,
    账龄逾期: 60_000,
  })
  await move('void', { reason: '客户取消' })
  expect(await saidOfIt()).toEqual(without)
})
