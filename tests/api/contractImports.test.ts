import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { csv, imported, rowsOf, type Sheet, upload } from '../support/importing.ts'

let app: TestApp
let admin: Client
beforeAll(async () => {
  app = await openTestApp()
  admin = app.as('admin')
  await app.make.customer({ name: '合同导入公司', ownerId: app.ids.users.sales1 })
})
afterAll(() => app.close())

const load = (rows: Sheet, more: object = {}) => imported(admin, csv(rows), { entity: 'contract', ...more })
const messages = async (id: number) => (await rowsOf(admin, id)).map(({ message, status }) => [status, message])
const named = async (title: string) =>
  (await admin.get(`/api/contracts?q=${encodeURIComponent(title)}`)).body.items as Record<string, unknown>[]

describe('导入合同', () => {
  it('老合同号保留;有签订日期的直接履行中、算数,没有的是草稿并自动编号', async () => {
    const batch = await load([
      ['合同编号', '合同名称', '客户名称', '合同额', '签约日期', '到期日期', '类型', '业务员'],
      ['OLD-1', '已签的老合同', '合同导入公司', '12,800.50', '2025-03-01', '2027-02-28', '销售合同', '王业务'],
      ['', '还没签的', '合同导入公司', '100', '', '', '', ''],
      ['OLD-2', '没有客户', '查无此公司', '1', '', '', '', ''],
      ['OLD-1', '编号重复的', '合同导入公司', '1', '', '', '', ''],
      ['OLD-3', '签在以后', '合同导入公司', '1', '2027-01-01', '', '', ''],
    ])
    expect(batch).toMatchObject({ created: 2, failed: 2, skipped: 1 })
    expect((await messages(batch.id)).slice(2)).toEqual([
      ['failed', expect.stringContaining('找不到客户“查无此公司”')],
      ['skipped', expect.stringContaining('合同号相同')],
      ['failed', expect.stringContaining('签订日期不能晚于今天')],
    ])
    const [signed] = await named('已签的老合同')
    expect(signed).toMatchObject({
      number: 'OLD-1',
      state: 'active',
      amountFen: 1_280_050,
      signedOn: '2025-03-01',
      endOn: '2027-02-28',
      type: 'sales',
      ownerId: app.ids.users.sales1,
    })
    const detail = (await admin.get(`/api/contracts/${signed!['id'] as number}`)).body
    expect(detail.revisions).toMatchObject([{ revision: 1, state: 'inForce' }])
    const effective = await app.store.read.selectFrom('effectiveContracts').select('id').execute()
    expect(effective.map(({ id }) => id)).toContain(signed!['id'])
    expect((await named('还没签的'))[0]).toMatchObject({
      number: expect.stringMatching(/^HT202611-\d{4}$/),
      state: 'draft',
    })
  })

  it('日期不对的,预览时就说:签在以后、结束早于开始', async () => {
    const rows = [
      ['合同编号', '合同名称', '客户名称', '合同额', '签订日期', '开始日期', '结束日期'],
      ['D-1', '签在以后', '合同导入公司', '1', '2027-01-01', '', ''],
      ['D-2', '倒着的', '合同导入公司', '1', '', '2026-05-01', '2026-04-30'],
      ['D-3', '好的', '合同导入公司', '1', '', '2026-05-01', '2026-05-01'],
    ]
    const { body } = await upload(admin, csv(rows), { entity: 'contract' })
    expect(await messages(body.id)).toEqual([
      ['failed', '签订日期不能晚于今天'],
      ['failed', '结束日期不能早于开始日期'],
      ['ready', null],
    ])
  })

  it('再导一次不重复;草稿可以更新,履行中的不改', async () => {
    const rows = [
      ['合同号', '合同名称', '客户', '金额', '备注'],
      ['OLD-1', '已签的老合同', '合同导入公司', '1', '改'],
      ['', '还没签的', '合同导入公司', '100', '补一句'],
    ]
    expect(await load(rows)).toMatchObject({ created: 0, skipped: 2 })
    expect(await load(rows, { mode: 'update' })).toMatchObject({ created: 0, updated: 1 })
    expect((await named('还没签的'))[0]).toMatchObject({ notes: '补一句' })
    expect((await named('已签的老合同'))[0]).toMatchObject({ amountFen: 1_280_050, notes: null })
  })

  it('自动编号让开已有的号;撤销收回没人动过的', async () => {
    const [draft] = await named('还没签的')
    const next = String(Number(String(draft!['number']).slice(-4)) + 1).padStart(4, '0')
    const batch = await load([
      ['合同号', '合同名称', '客户', '金额', '签订日期'],
      [`HT202611-${next}`, '占了号的', '合同导入公司', '1', '2026-01-01'],
    ])
    const made = await admin.post('/api/contracts', {
      customerId: draft!['customerId'],
      title: '下一份',
      amountFen: 1,
    })
    expect(made.status).toBe(201)
    expect(made.body.number > `HT202611-${next}`).toBe(true)
    expect((await admin.post(`/api/imports/${batch.id}/undo`)).body).toMatchObject({ undone: 1, left: 0 })
    expect(await named('占了号的')).toEqual([])
  })

  it('要有导入合同的权限;签订日期要有登记签订的权限', async () => {
    const file = csv([
      ['合同名称', '客户', '金额', '签订日期'],
      ['越权的', '合同导入公司', '1', '2026-01-01'],
    ])
    expect((await upload(app.as('sales1'), file, { entity: 'contract' })).status).toBe(403)
    const role = await app.make.role({
      reach: 'all',
      permissions: ['contract.import', 'contract.read', 'contract.create', 'customer.read'],
    })
    const clerk = app.as((await app.make.user({ roleIds: [role.id] })).id)
    const { body, status } = await upload(clerk, file, { entity: 'contract' })
    expect(status).toBe(201)
    expect((await rowsOf(clerk, body.id)).map(({ message }) => message)).toEqual([
      expect.stringContaining('没有登记签订的权限'),
    ])
  })
})
