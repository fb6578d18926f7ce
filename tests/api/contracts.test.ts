import { contractRoutes } from '@crm/server/modules/contracts/agreements/routes'
import { contractsToRemind, remindOfContracts } from '@crm/server/modules/contracts/agreements/service'
import { eraseCustomer } from '@crm/server/modules/customers/service'
import { modules } from '@crm/server/modules/index'
import { contractMoves, type ContractMove, mayMoveContract } from '@crm/shared/rules/contractMoves'
import { type ContractState, contractStates } from '@crm/shared/entities/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
const users = () => app.ids.users
const sales1 = () => app.as('sales1')
const head = () => app.as('head1')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const facts = (more: object = {}) => ({ customerId, title: `供货合同${n}`, amountFen: 12_800_000, ...more })
const write = async (more: object = {}) => {
  const { body, status } = await sales1().post('/api/contracts', facts(more))
  expect(status).toBe(201)
  return body
}
const move = (id: number, name: string, body: object) => head().post(`/api/contracts/${id}/${name}`, body)
const get = async (id: number) => (await head().get(`/api/contracts/${id}`)).body
const TODAY = '2026-11-22'
const effective = async (id: number) =>
  app.store.read.selectFrom('effectiveContracts').select(['id', 'amountFen']).where('id', '=', id).execute()
const setFlow = (subject: string, approvers: object[]) =>
  app.as('admin').put(`/api/approval-flows/${subject}`, {
    minAmountFen: null,
    steps: approvers.length === 0 ? [] : [{ mode: 'any', approvers }],
  })
const byHead = () => [{ kind: 'user', userId: users().head1 }]
const approvalOf = async (id: number, subject: 'contract' | 'contractChange' = 'contract') =>
  (
    await app.store.read
      .selectFrom('approvals')
      .select('id')
      .where('subject', '=', subject)
      .where('subjectId', '=', id)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
  ).id

/** A contract that was led to this state by the steps a person takes. */
async function contractIn(state: ContractState, more: object = {}) {
  let row = await write(more)
  if (state === 'draft') return row
  if (state === 'approving') await setFlow('contract', byHead())
  row = (await sales1().post(`/api/contracts/${row.id}/submit`, { version: row.version })).body
  if (state === 'approving') {
    await setFlow('contract', [])
    return row
  }
  const go = async (name: string, body: object = {}) => {
    const { body: next, status } = await move(row.id, name, { version: row.version, ...body })
    expect([name, status]).toEqual([name, 200])
    row = next
  }
  if (state === 'void') await go('void', { reason: '客户取消' })
  if (['active', 'completed', 'archived'].includes(state)) await go('sign', { signedOn: TODAY })
  if (['completed', 'archived'].includes(state)) await go('complete')
  if (state === 'archived') await go('archive')
  return row
}

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `签约公司${++n}号`, ownerId: users().sales1 })).id
})

describe('写合同', () => {
  it('自动编号、草稿;业务员与部门是当天的;期限与联系人要对', async () => {
    const made = await write({ startOn: '2026-12-01', endOn: '2027-11-30' })
    expect(made).toMatchObject({
      number: expect.stringMatching(/^HT202611-\d{4}$/),
      state: 'draft',
      revision: 1,
      ownerId: users().sales1,
      teamId: app.ids.teams.D1,
      revisions: [],
      approvals: [],
    })
    expect((await sales1().get(`/api/contracts/${made.id}`)).body).toEqual(made)
    const post = (more: object) => () => sales1().post('/api/contracts', facts(more))
    await refuses(post({ startOn: '2026-12-01', endOn: '2026-11-30' }), 400, 'endOn')
    const other = await app.make.customer({ name: `别家${n}`, ownerId: users().sales1 })
    const stranger = await app.make.contact({ customerId: other.id, name: '外人' })
    await refuses(post({ contactId: stranger.id }), 400, 'contactId')
    await refuses(post({ amountFen: -1 }), 400, 'amountFen')
    await refuses(post({ type: '没有的类型' }), 400, 'type')
    await refuses(() => app.as('sales2').post('/api/contracts', facts()), 404, 'customerId')
  })

  it('草稿可以改、删、恢复;提交以后只能变更,不能改、不能删', async () => {
    const made = await write()
    const changed = (await sales1().patch(`/api/contracts/${made.id}`, { version: 1, amountFen: 900 })).body
    expect(changed).toMatchObject({ amountFen: 900, version: 2 })
    expect((await sales1().delete(`/api/contracts/${made.id}?version=2`)).status).toBe(204)
    expect((await sales1().post(`/api/contracts/${made.id}/restore`, {})).body.state).toBe('draft')
    const done = await contractIn('pending')
    await refuses(() => sales1().patch(`/api/contracts/${done.id}`, { version: done.version, notes: '改' }), 409)
    await refuses(() => sales1().delete(`/api/contracts/${done.id}?version=${done.version}`), 409)
  })
})

describe('合同的一生', () => {
  const bodies: Partial<Record<ContractMove, object>> = {
    sign: { signedOn: TODAY },
    change: { reason: '涨价', amountFen: 1 },
    void: { reason: '客户取消' },
  }
  const byHand = (Object.keys(contractMoves) as ContractMove[]).filter(
    (name) => name !== 'approve' && name !== 'refuse',
  )
  for (const state of Object.keys(contractStates) as ContractState[])
    it(`${contractStates[state]}:只有表里允许的步骤走得通,其余 409`, async () => {
      for (const name of byHand) {
        const row = await contractIn(state)
        const body = { version: row.version, ...bodies[name] }
        if (!mayMoveContract(name, state)) {
          await refuses(() => move(row.id, name, body), 409)
          continue
        }
        const { body: after, status } = await move(row.id, name, body)
        expect([state, name, status]).toEqual([state, name, 200])
        expect(after.state).toBe(contractMoves[name].to ?? (name === 'submit' ? 'pending' : state))
      }
    })

  it('签订以后才算数;作废以后不算:有效合同只有一个说法', async () => {
    const row = await contractIn('pending')
    expect(await effective(row.id)).toEqual([])
    const signed = (await move(row.id, 'sign', { version: row.version, signedOn: '2026-11-20' })).body
    expect(signed).toMatchObject({ state: 'active', signedOn: '2026-11-20' })
    expect(await effective(row.id)).toEqual([{ id: row.id, amountFen: 12_800_000 }])
    await move(row.id, 'void', { version: signed.version, reason: '客户取消' })
    expect(await effective(row.id)).toEqual([])
    expect(await get(row.id)).toMatchObject({ state: 'void', voidReason: '客户取消' })
    expect((await auditOf(app, 'contract', row.id)).map(({ action }) => action)).toEqual([
      'create',
      'submit',
      'sign',
      'void',
    ])
  })

  it('两人同时登记签订,只成一次;签订日期不能在以后', async () => {
    const row = await contractIn('pending')
    await refuses(() => move(row.id, 'sign', { version: row.version, signedOn: '2026-11-23' }), 400, 'signedOn')
    const answers = await Promise.all(
      [1, 2, 3].map(() => move(row.id, 'sign', { version: row.version, signedOn: TODAY })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })
})

describe('合同的审批', () => {
  it('有审批流程的先审批:通过到待签,驳回、撤回到草稿;谁说了什么都在合同上', async () => {
    const refused = await contractIn('approving')
    expect(refused.approvals[0]).toMatchObject({ state: 'pending', waitingFor: [expect.any(String)] })
    await head().post(`/api/approvals/${await approvalOf(refused.id)}/reject`, { reason: '毛利太低' })
    const back = await get(refused.id)
    expect(back).toMatchObject({ state: 'draft', revisions: [], approvals: [{ state: 'refused' }] })

    const row = await contractIn('approving')
    await head().post(`/api/approvals/${await approvalOf(row.id)}/approve`, {})
    expect(await get(row.id)).toMatchObject({
      state: 'pending',
      approvals: [{ state: 'approved' }],
      revisions: [{ revision: 1, state: 'inForce' }],
    })

    const taken = await contractIn('approving')
    const draft = (await sales1().post(`/api/contracts/${taken.id}/withdraw`, { version: taken.version })).body
    expect(draft).toMatchObject({ state: 'draft', approvals: [{ state: 'withdrawn' }] })

    const own = await contractIn('approving')
    await sales1().post(`/api/approvals/${await approvalOf(own.id)}/withdraw`, {})
    expect((await get(own.id)).state).toBe('draft')
  })

  it('审批中作废,审批一并撤回', async () => {
    const row = await contractIn('approving')
    await move(row.id, 'void', { version: row.version, reason: '不做了' })
    expect(await get(row.id)).toMatchObject({ state: 'void', approvals: [{ state: 'withdrawn' }] })
  })
})

describe('合同变更', () => {
  const change = (id: number, version: number, more: object) =>
    sales1().post(`/api/contracts/${id}/change`, { version, reason: '客户加量', ...more })

  it('待批准时旧版照样算数,只算一版;批准后换成新版,旧版留着,差别看得见', async () => {
    const row = await contractIn('active')
    await setFlow('contractChange', byHead())
    const { body, status } = await change(row.id, row.version, { amountFen: 15_000_000, endOn: '2027-12-31' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ state: 'active', revision: 1, amountFen: 12_800_000 })
    expect(body.revisions).toMatchObject([
      {
        revision: 2,
        state: 'proposed',
        reason: '客户加量',
        changes: [
          { label: '合同金额', before: '¥128,000.00', after: '¥150,000.00' },
          { label: '结束日期', before: '—', after: '2027-12-31' },
        ],
      },
      { revision: 1, state: 'inForce', changes: [] },
    ])
    expect(await effective(row.id)).toEqual([{ id: row.id, amountFen: 12_800_000 }])
    await refuses(() => change(row.id, body.version, { amountFen: 1 }), 409)
    await refuses(() => move(row.id, 'complete', { version: body.version }), 409)
    await head().post(`/api/approvals/${await approvalOf(row.id, 'contractChange')}/approve`, {})
    await setFlow('contractChange', [])
    const after = await get(row.id)
    expect(after).toMatchObject({ state: 'active', revision: 2, amountFen: 15_000_000, endOn: '2027-12-31' })
    expect(
      after.revisions.map(({ revision, state }: { revision: number; state: string }) => [revision, state]),
    ).toEqual([
      [2, 'inForce'],
      [1, 'superseded'],
    ])
    expect(await effective(row.id)).toEqual([{ id: row.id, amountFen: 15_000_000 }])
  })

  it('没通过的、撤回的变更也留着,下一次还是第 2 版', async () => {
    const row = await contractIn('active')
    await setFlow('contractChange', byHead())
    await change(row.id, row.version, { amountFen: 1 })
    await head().post(`/api/approvals/${await approvalOf(row.id, 'contractChange')}/reject`, { reason: '太低' })
    const refused = await get(row.id)
    expect(refused).toMatchObject({
      amountFen: 12_800_000,
      revision: 1,
      revisions: [{ state: 'refused', revision: 2 }, {}],
    })
    const again = (await change(row.id, refused.version, { amountFen: 2 })).body
    const back = (await sales1().post(`/api/contracts/${row.id}/withdraw-change`, { version: again.version })).body
    expect(back.revisions.map(({ state }: { state: string }) => state)).toEqual(['refused', 'refused', 'inForce'])
    await setFlow('contractChange', [])
    const done = (await change(row.id, back.version, { amountFen: 3 })).body
    expect(done).toMatchObject({ revision: 2, amountFen: 3 })
    expect(await effective(row.id)).toEqual([{ id: row.id, amountFen: 3 }])
  })

  it('没说原因、什么都没改、期限颠倒的变更被拒绝;同时提两个只成一个', async () => {
    const row = await contractIn('active', { startOn: '2026-12-01' })
    await refuses(() => change(row.id, row.version, { reason: undefined, amountFen: 1 }), 400, 'reason')
    await refuses(() => change(row.id, row.version, { amountFen: row.amountFen }), 400, 'reason')
    await refuses(() => change(row.id, row.version, { endOn: '2026-01-01' }), 400, 'endOn')
    await refuses(() => change(row.id, row.version, { contactId: 999_999 }), 400, 'contactId')
    const answers = await Promise.all([1, 2, 3].map((fen) => change(row.id, row.version, { amountFen: fen })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })

  it('作废时,待批准的变更一并撤回', async () => {
    const row = await contractIn('active')
    await setFlow('contractChange', byHead())
    const { body } = await change(row.id, row.version, { amountFen: 1 })
    await setFlow('contractChange', [])
    const gone = (await move(row.id, 'void', { version: body.version, reason: '客户取消' })).body
    expect(gone).toMatchObject({ state: 'void', approvals: [{ state: 'withdrawn' }] })
    expect(gone.revisions[0].state).toBe('refused')
  })
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
    expect(items[0].text).toBe(`供货合同${n},¥128,000.00\n原因:客户取消`)
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
