import { contractMoves, type ContractMove, mayMoveContract } from '@crm/shared/rules/contractMoves'
import { type ContractState, contractStates } from '@crm/shared/entities/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { type ContractDesk, openContractDesk, TODAY } from '../support/contractDesk.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let desk: ContractDesk
let app: TestApp
let n: number
const sales1: ContractDesk['sales1'] = (...given) => desk.sales1(...given)
const head: ContractDesk['head'] = (...given) => desk.head(...given)
const facts: ContractDesk['facts'] = (...given) => desk.facts(...given)
const write: ContractDesk['write'] = (...given) => desk.write(...given)
const move: ContractDesk['move'] = (...given) => desk.move(...given)
const setFlow: ContractDesk['setFlow'] = (...given) => desk.setFlow(...given)
const byHead: ContractDesk['byHead'] = (...given) => desk.byHead(...given)
const contractIn: ContractDesk['contractIn'] = (...given) => desk.contractIn(...given)
const get: ContractDesk['get'] = (...given) => desk.get(...given)
const effective: ContractDesk['effective'] = (...given) => desk.effective(...given)
const approvalOf: ContractDesk['approvalOf'] = (...given) => desk.approvalOf(...given)
const users = () => app.ids.users
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

beforeAll(async () => {
  desk = await openContractDesk()
  app = desk.app
})
afterAll(() => app.close())
beforeEach(async () => {
  await desk.newCustomer()
  n = desk.at.n
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
    expect(refused.approvals[0]).toMatchObject({
      state: 'pending',
      waitingFor: [expect.any(String)],
      waitingForIds: [users().head1],
    })
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
          { label: '合同金额', before: '128,000.00 元', after: '150,000.00 元' },
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

  it('减额也按原来的金额审批:不能先降到起点以下绕过去', async () => {
    const row = await contractIn('active')
    const steps = [{ mode: 'any', approvers: byHead() }]
    await app.as('admin').put('/api/approval-flows/contractChange', { minAmountFen: 10_000_000, steps })
    const { body } = await change(row.id, row.version, { amountFen: 9_999_999 })
    await setFlow('contractChange', [])
    expect(body).toMatchObject({ amountFen: 12_800_000, approvals: [{ state: 'pending' }] })
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
