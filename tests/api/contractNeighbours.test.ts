import { contractRoutes } from '@crm/server/modules/contracts/agreements/routes'
import { contractsToRemind, remindOfContracts } from '@crm/server/modules/contracts/agreements/service'
import { eraseCustomer } from '@crm/server/modules/customers/service'
import { modules } from '@crm/server/modules/index'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { type ContractDesk, openContractDesk, TODAY } from '../support/contractDesk.ts'
import { expectRefusal } from '../support/refusal.ts'

let desk: ContractDesk
let app: TestApp
let customerId: number
let n: number
const sales1: ContractDesk['sales1'] = (...given) => desk.sales1(...given)
const facts: ContractDesk['facts'] = (...given) => desk.facts(...given)
const write: ContractDesk['write'] = (...given) => desk.write(...given)
const move: ContractDesk['move'] = (...given) => desk.move(...given)
const contractIn: ContractDesk['contractIn'] = (...given) => desk.contractIn(...given)
const effective: ContractDesk['effective'] = (...given) => desk.effective(...given)
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

beforeAll(async () => {
  desk = await openContractDesk()
  app = desk.app
})
afterAll(() => app.close())
beforeEach(async () => {
  await desk.newCustomer()
  ;({ customerId, n } = desk.at)
})

describe('合同正文', () => {
  it('按模板生成,知道的填上,不知道的打印成横线;不认识的占位符点名拒绝', async () => {
    const admin = app.as('admin')
    const template = (
      await admin.post('/api/contract-templates', {
        name: `模板${n}`,
        body: '甲方:{{客户名称}} 编号 {{合同号}} 金额 {{合同金额}}({{金额大写}}) 签于 {{签订日期}}',
      })
    ).body
    await refuses(
      () => admin.post('/api/contract-templates', { name: '错的', body: '{{甲方}}和{{客户名称}}' }),
      400,
      'body',
    )
    await refuses(
      () => admin.patch(`/api/contract-templates/${template.id}`, { version: 1, body: '{{乙方}}' }),
      400,
      'body',
    )
    const row = await write()
    const filled = await sales1().post(`/api/contracts/${row.id}/fill`, { version: 1, templateId: template.id })
    expect(filled.body.body).toBe(template.body)
    const text = (await sales1().get(`/api/contracts/${row.id}/text`)).body
    expect(text).toEqual({
      text: `甲方:签约公司${n}号 编号 ${row.number} 金额 ¥128,000.00(壹拾贰万捌仟元整) 签于 ________`,
      missing: ['签订日期'],
    })
    await refuses(() => sales1().post('/api/contracts', facts({ body: '{{什么}}' })), 400, 'body')
  })

  it('签订以后客户改名、我方改名,正文还是签订时的;变更的新版按变更那天的', async () => {
    const body = '{{公司名称}}与{{客户名称}},{{合同金额}}'
    const [before, row] = [await contractIn('pending', { body }), await contractIn('active', { body })]
    const text = async ({ id }: { id: number }) => (await sales1().get(`/api/contracts/${id}/text`)).body.text
    const rename = async (name: string) => {
      const { version } = (await app.as('admin').get(`/api/customers/${row.customerId}`)).body
      expect((await app.as('admin').patch(`/api/customers/${row.customerId}`, { version, name })).status).toBe(200)
    }
    const old = `测试公司与签约公司${n}号,¥128,000.00`
    expect([await text(before), await text(row)]).toEqual([old, old])
    await rename(`改名公司${n}号`)
    expect([await text(before), await text(row)]).toEqual([`测试公司与改名公司${n}号,¥128,000.00`, old])
    const changing = { version: row.version, reason: '加量', amountFen: 20_000_000 }
    expect((await sales1().post(`/api/contracts/${row.id}/change`, changing)).status).toBe(200)
    await rename(`又改名公司${n}号`)
    expect(await text(row)).toBe(`测试公司与改名公司${n}号,¥200,000.00`)
  })
})

describe('合同列表', () => {
  it('按合同号、名称、客户找;即将到期与已到期是算出来的;随客户进出回收站', async () => {
    const soon = await contractIn('active', { endOn: '2026-12-01' })
    const late = await contractIn('active', { endOn: '2026-11-21' })
    await contractIn('completed', { endOn: '2026-11-21' })
    await contractIn('draft', { endOn: '2026-11-21' })
    const ids = async (query: string, who: 'sales1' | 'sales2' = 'sales1') =>
      (await app.as(who).get(`/api/contracts?${query}`)).body.items.map((row: { id: number }) => row.id)
    expect(await ids(`customerId=${customerId}&expiry=soon`)).toEqual([soon.id])
    expect(await ids(`customerId=${customerId}&expiry=expired`)).toEqual([late.id])
    expect(await ids(`q=${soon.number}`)).toEqual([soon.id])
    expect((await ids(`q=${encodeURIComponent(`签约公司${n}号`)}`)).length).toBe(4)
    expect(await ids(`customerId=${customerId}&state=active&endOnFrom=2026-12-01`)).toEqual([soon.id])
    expect(await ids(`customerId=${customerId}`, 'sales2')).toEqual([])
    const { body } = await app.as('admin').get(`/api/contracts?customerId=${customerId}&state=active`)
    expect(body.items.map(({ receivedFen }: { receivedFen: number }) => receivedFen)).toEqual([0, 0])
  })

  it('收了多少、几期里收清了几期:没到期的、等交货的也算一期;看不到应收的人没有', async () => {
    const row = await contractIn('active', { amountFen: 100_00 })
    const [paid, part] = [
      { amountFen: 40_00, plannedOn: '2026-11-01' },
      { amountFen: 40_00, plannedOn: '2027-01-01' },
    ]
    const last = { amountFen: 20_00, trigger: 'delivery' }
    const planned = await sales1().put(`/api/contracts/${row.id}/plan`, { items: [paid, part, last] })
    expect([planned.status, planned.body.detail]).toEqual([200, undefined])
    const money = { customerId: row.customerId, amountFen: 50_00, receivedOn: TODAY, method: 'bank' }
    const received = await app.as('finance').post('/api/receipts', money)
    expect([received.status, received.body.detail]).toEqual([201, undefined])
    const said = async (who: Parameters<typeof app.as>[0]) => {
      const { body } = await app.as(who).get(`/api/contracts?customerId=${row.customerId}`)
      const { instalments, receivedFen } = body.items[0]
      return { instalments, receivedFen }
    }
    expect(await said('head1')).toEqual({ receivedFen: 50_00, instalments: { settled: 1, all: 3 } })
    expect((await desk.get(row.id)).instalments).toEqual({ settled: 1, all: 3 })
    const role = await app.make.role({ reach: 'all', permissions: ['customer.read', 'contract.read'] })
    const reader = (await app.make.user({ roleIds: [role.id] })).id
    expect(await said(reader)).toEqual({ receivedFen: null, instalments: null })
  })
})

describe('导出合同', () => {
  it('列表里筛出来的都在,看不到的不在;谁导了什么记在日志里', async () => {
    const row = await contractIn('active', { endOn: '2026-12-01', type: 'sales' })
    const answer = await sales1().post(`/api/contracts/export?customerId=${customerId}`, {})
    expect(answer.status).toBe(200)
    const [head, first, ...more] = answer.body
      .replace(/^\uFEFF/, '')
      .trim()
      .split('\r\n')
    expect(head).toMatch(/^合同号,合同名称,合同类型,客户,/)
    expect(first).toContain(`${row.number},供货合同${n},`)
    expect(first).toContain(',履行中,1,128000.00,')
    expect(more).toEqual([])
    const none = await app.as('sales2').post(`/api/contracts/export?customerId=${customerId}`, {})
    expect(none.body.trim().split('\r\n')).toHaveLength(1)
    const log = await app.store.read
      .selectFrom('auditLog')
      .select('entity')
      .where('action', '=', 'export')
      .where('entity', '=', 'contract')
      .execute()
    expect(log).toHaveLength(2)
  })
})

describe('合同与别的模块', () => {
  it('有人反对就不能作废,说明原因;签订与作废告诉跟着的模块', async () => {
    const heard: string[] = []
    let against: string | null = '合同已有回款,先退款再作废'
    const told = await openTestApp({
      modules: modules.map((module) =>
        module.name === 'contracts'
          ? {
              ...module,
              routes: contractRoutes([
                {
                  againstVoid: async () => against,
                  contractActive: async (_tx, _actor, { id }) => void heard.push(`签订 ${id}`),
                  contractVoided: async (_tx, _actor, { id }) => void heard.push(`作废 ${id}`),
                },
              ]),
            }
          : module,
      ),
    })
    try {
      const { id } = await told.make.customer({ name: '有钱的客户', ownerId: told.ids.users.sales1 })
      const by = told.as('head1')
      let row = (await by.post('/api/contracts', { customerId: id, title: '合同', amountFen: 100 })).body
      const go = async (name: string, body: object = {}) =>
        by.post(`/api/contracts/${row.id}/${name}`, { version: row.version, ...body })
      row = (await go('submit')).body
      row = (await go('sign', { signedOn: TODAY })).body
      const refused = await go('void', { reason: '客户取消' })
      expect([refused.status, refused.body.detail]).toEqual([409, against])
      against = null
      expect((await go('void', { reason: '客户取消' })).body.state).toBe('void')
      expect(heard).toEqual([`签订 ${row.id}`, `作废 ${row.id}`])
    } finally {
      await told.close()
    }
  })

  it('时间线说合同走到哪一步、为什么;工作台数快到期的;看不到的人都没有', async () => {
    const row = await contractIn('active', { endOn: '2026-12-01' })
    await move(row.id, 'void', { version: row.version, reason: '客户取消' })
    const { items, kinds } = (await sales1().get(`/api/customers/${customerId}/timeline?kinds=contract`)).body
    expect(kinds).toContain('contract')
    expect(items.map(({ title }: { title: string }) => title)).toEqual([
      `作废合同 ${row.number}`,
      `签订合同 ${row.number}`,
      `提交合同 ${row.number}`,
      `新建合同 ${row.number}`,
    ])
    expect(items[0].text).toBe(`供货合同${n},128,000.00 元\n原因:客户取消`)
    await contractIn('active', { endOn: '2026-12-01' })
    const block = async (who: 'sales1' | 'sales2') =>
      (await app.as(who).get('/api/home')).body.blocks.find(({ key }: { key: string }) => key === 'contracts')
    const shown = await block('sales1')
    const { total } = (await sales1().get(`/api/contracts?${new URLSearchParams(shown.link.query).toString()}`)).body
    expect([shown.label, shown.count]).toEqual(['合同到期', total])
    expect(await block('sales2')).toBeUndefined()
  })

  it('客户彻底删除时,合同、各版与提醒一起走', async () => {
    const row = await contractIn('active', { endOn: TODAY })
    await remindOfContracts({ store: app.store, clock: app.clock })
    await app.store.tx((tx) => eraseCustomer(tx, customerId))
    for (const table of ['contractRevisions', 'contractReminders'] as const)
      expect(await app.store.read.selectFrom(table).select('id').where('contractId', '=', row.id).execute()).toEqual([])
    expect(await effective(row.id)).toEqual([])
  })
})

describe('到期提醒', () => {
  const told = async (id: number) =>
    (
      await app.store.read
        .selectFrom('notifications')
        .innerJoin('users', 'users.id', 'notifications.userId')
        .select(['notifications.title', 'users.username'])
        .where('link', '=', `/contracts/${id}`)
        .where('kind', '=', 'contract')
        .orderBy('notifications.id')
        .execute()
    ).map(({ title, username }) => `${username} ${title.slice(0, title.indexOf(':'))}`)
  const runOn = (today: string) =>
    remindOfContracts({
      store: app.store,
      clock: { ...app.clock, today: () => today, now: () => `${today}T02:00:00.000Z` },
    })

  it('结束前 30、7、0 天各一次,当天也告诉经理;停机错过的只补最近一步;改了结束日另算', async () => {
    const row = await contractIn('active', { endOn: '2027-03-31' })
    for (const day of [
      '2027-02-28',
      '2027-03-01',
      '2027-03-02',
      '2027-03-02',
      '2027-03-25',
      '2027-03-30',
      '2027-03-31',
    ])
      await Promise.all([runOn(day), runOn(day)])
    await runOn('2027-04-01')
    expect((await told(row.id)).toSorted()).toEqual([
      'head1 合同今天到期',
      'sales1 合同 30 天后到期',
      'sales1 合同 6 天后到期',
      'sales1 合同今天到期',
    ])
    const later = await sales1().post(`/api/contracts/${row.id}/change`, {
      version: row.version,
      reason: '续签',
      endOn: '2027-04-20',
    })
    expect(later.status).toBe(200)
    await runOn('2027-04-01')
    expect((await told(row.id)).at(-1)).toBe('sales1 合同 19 天后到期')
    expect(await contractsToRemind(app.store.read, { ...app.clock, today: () => '2027-04-01' })).toBe(false)
  })
})
