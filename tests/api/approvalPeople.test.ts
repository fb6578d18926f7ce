import { systemActor } from '@crm/server/core/access/actor'
import { eraseCustomer } from '@crm/server/modules/customers/service'
import { handoverParts } from '@crm/server/modules/index'
import { passOverAbsent } from '@crm/server/modules/system/approvals/service'
import { workOff } from '@crm/server/modules/work/handover/service'
import type { ApprovalDetail } from '@crm/shared/contract/approvals'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../support/app.ts'
import {
  approve,
  ask,
  box,
  customerId,
  followed,
  get,
  ok,
  openDesk,
  person,
  refuses,
  reject,
  setFlow,
  step,
  subjects,
  superior,
  users,
} from '../support/approvalDesk.ts'

let app: TestApp
beforeAll(async () => void (app = await openDesk()))
afterAll(() => app.close())
beforeEach(() => setFlow([]))

describe('停用的审批人', () => {
  const newcomer = async (name: string) => app.make.user({ name, roleIds: [app.ids.roles.业务员] })
  const disable = async ({ id, version }: { id: number; version: number }) =>
    expect((await app.as('admin').patch(`/api/users/${id}`, { version, disabled: true })).status).toBe(200)
  const pass = () =>
    app.store.tx((tx) => passOverAbsent(tx, systemActor(app.clock.now(), app.clock.today(), 'job', '系统'), subjects))

  it('会签里停用的人跳过,其余同意就算通过;已经都同意的,跳过时随即通过', async () => {
    const leaver = await newcomer('要走的甲')
    await setFlow([step('all', person('head1'), person(leaver.id))])
    const [one, two] = [await ask(), await ask()]
    await ok(approve(two.id, 'head1'))
    await disable(leaver)
    expect((await ok(approve(one.id, 'head1'))).state).toBe('approved')
    expect((await get(two.id)).state).toBe('pending')
    await pass()
    expect((await get(two.id)).state).toBe('approved')
    expect((await get(two.id)).entries.at(-1)).toMatchObject({ action: 'skipped', toName: '要走的甲', note: '已停用' })
    expect(await followed(two.subjectId)).toBe('同意 系统')
  })

  it('一步里没人了,改由申请人的上级;依次的轮到下一位', async () => {
    const leaver = await newcomer('要走的乙')
    await setFlow([step('any', person(leaver.id))])
    const alone = await ask()
    await setFlow([step('sequence', person(leaver.id), person('finance'))])
    const queue = await ask()
    await disable(leaver)
    await pass()
    await pass()
    expect((await get(alone.id)).waitingFor).toEqual(['陈经理'])
    expect((await get(queue.id)).waitingFor).toEqual(['钱财务'])
    expect((await get(alone.id)).entries.map(({ action }) => action)).toEqual(['requested', 'skipped', 'rerouted'])
    expect((await ok(approve(alone.id, 'head1'))).state).toBe('approved')
  })

  it('提交时已停用的不问;后面步骤的人轮到时才发现停用,也跳过', async () => {
    const leaver = await newcomer('要走的丙')
    await setFlow([step('any', person('head1')), step('all', person(leaver.id), person('finance'))])
    const { id } = await ask()
    await disable(leaver)
    await ok(approve(id, 'head1'))
    expect(await get(id)).toMatchObject({ waitingFor: ['钱财务'] })
    const later = await ask()
    expect((await get(later.id)).steps[1]!.tasks.map(({ name }) => name)).toEqual(['钱财务'])
  })
})

describe('离职交接', () => {
  it('待审批的事项交给接收人;接收人是申请人或已在审批的,交给申请人的上级;可以撤销', async () => {
    const leaver = await app.make.user({ name: '交接的丁', roleIds: [app.ids.roles.业务员] })
    await setFlow([step('any', person(leaver.id)), step('any', person('finance'))])
    const [plain, own] = [await ask(), await ask({ by: 'sub1' })]
    const start = { fromUserId: leaver.id, toUserId: users().sub1 }
    const handover = await app.as('admin').post('/api/handovers', start)
    expect(handover.status).toBe(200)
    await workOff(app, handoverParts)
    expect([(await get(plain.id)).waitingFor, (await get(own.id)).waitingFor]).toEqual([['赵一组'], ['陈经理']])
    expect((await get(plain.id)).entries.at(-1)).toMatchObject({
      action: 'forwarded',
      toName: '赵一组',
      note: '离职交接',
    })
    await ok(approve(own.id, 'head1'))
    expect((await app.as('admin').post(`/api/handovers/${handover.body.id}/undo`)).status).toBe(200)
    await workOff(app, handoverParts)
    expect([(await get(plain.id)).waitingFor, (await get(own.id)).waitingFor]).toEqual([['交接的丁'], ['钱财务']])
  })
})

describe('经过', () => {
  it('只增不改;客户彻底删除时随之删除', async () => {
    await setFlow([step('any', person('head1'))])
    const about = (await app.make.customer({ name: '要彻底删除的客户' })).id
    const { id } = await ask({ about })
    const change = () =>
      app.store.tx((tx) => tx.updateTable('approvalEvents').set({ note: '改' }).where('approvalId', '=', id).execute())
    await expect(change()).rejects.toThrow('append-only')
    await app.store.tx((tx) => eraseCustomer(tx, about))
    expect((await app.as('admin').get(`/api/approvals/${id}`)).status).toBe(404)
  })
})

describe('谁看得到', () => {
  it('申请人、各步审批人、管流程的人;别人一律当作不存在', async () => {
    await setFlow([step('any', person('sales2')), step('any', person('finance'))])
    const { id } = await ask()
    const seen: Record<string, number> = {}
    for (const who of ['admin', 'sales1', 'sales2', 'finance', 'head1', 'sales1b'] as const)
      seen[who] = (await app.as(who).get(`/api/approvals/${id}`)).status
    expect(seen).toEqual({ admin: 200, sales1: 200, sales2: 200, finance: 200, head1: 404, sales1b: 404 })
    // 华南 does not see the customer, and still reads what he is to decide about.
    expect((await app.as('sales2').get(`/api/customers/${customerId()}`)).status).toBe(404)
    expect(await get(id, 'sales2')).toMatchObject({
      customerName: '审批客户',
      amountFen: 100_00,
      facts: [{ label: '毛利', value: '12%' }],
      isMine: true,
    })
    await refuses(() => approve(id, 'admin'), 403)
    await refuses(() => approve(id, 'sales1'), 403)
    await refuses(() => approve(id, 'head1'), 404)
  })

  it('四个箱子各是各的,按状态和事项筛选,翻页', async () => {
    await setFlow([step('any', person('head1'), person('sub1'))])
    const [open, closed, refused, back] = [await ask(), await ask(), await ask(), await ask()]
    await ok(approve(closed.id, 'sub1'))
    await ok(reject(refused.id, 'sub1'))
    await ok(app.as('sales1').post(`/api/approvals/${back.id}/withdraw`, {}))
    await ask({ subject: 'credit', mustApprove: true })
    expect(await box('sub1', 'done')).toContain(closed.id)
    expect(await box('head1', 'done')).not.toContain(closed.id)
    expect(await box('head1', 'todo')).toEqual(expect.arrayContaining([open.id]))
    expect(await box('sales1', 'mine')).toEqual(expect.arrayContaining([open.id, closed.id]))
    expect(await box('head1', 'mine')).toEqual([])
    expect(await box('admin', 'all')).toContain(open.id)
    await refuses(() => app.as('head1').get('/api/approvals?box=all'), 403)
    const list = async (query: string) => (await app.as('sales1').get(`/api/approvals?box=mine&${query}`)).body
    const states = ['pending', 'approved', 'refused', 'withdrawn']
    const counts = await Promise.all(states.map(async (state) => (await list(`state=${state}`)).total as number))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe((await list('')).total)
    expect(counts.every((count) => count > 0)).toBe(true)
    for (const [at, state] of states.entries())
      expect(
        (await list(`state=${state}&size=200`)).items.filter((row: ApprovalDetail) => row.state === state),
      ).toHaveLength(counts[at]!)
    expect((await list('subject=credit')).items).toMatchObject([{ subject: 'credit' }])
    expect((await list(`q=${encodeURIComponent(`合同 ${open.subjectId}`)}`)).items).toMatchObject([{ id: open.id }])
    expect((await list(`q=${encodeURIComponent('没有这样的')}`)).total).toBe(0)
    const all = (await list('size=200')).items.map((row: ApprovalDetail) => row.id)
    expect((await list('size=2&page=2')).items.map((row: ApprovalDetail) => row.id)).toEqual(all.slice(2, 4))
    await refuses(() => app.as('sales1').get('/api/approvals?state=x'), 400, 'state')
    await refuses(() => app.as('sales1').get('/api/approvals?page=10000&size=200'), 400)
  })

  it('工作台数的正是待我审批,只在看自己时', async () => {
    const home = async (query = '') => (await app.as('head1').get(`/api/home${query}`)).body.blocks
    const block = (await home()).find((one: { key: string }) => one.key === 'approvals')
    expect(block.count).toBe((await app.as('head1').get('/api/approvals?box=todo')).body.total)
    expect(block.rows.items.every((row: ApprovalDetail) => row.isMine)).toBe(true)
    expect((await home('?circle=team')).some((one: { key: string }) => one.key === 'approvals')).toBe(false)
  })
})

describe('设置流程', () => {
  it('只留与方式相称的内容,读出来就是写进去的,记入日志', async () => {
    const steps = [{ mode: 'sequence', approvers: [{ kind: 'superior', userId: users().head1 }, person('finance')] }]
    const saved = {
      subject: 'order',
      minAmountFen: 5000,
      steps: [
        {
          mode: 'sequence',
          minAmountFen: null,
          approvers: [
            { kind: 'superior', userId: null, roleId: null, levels: 1 },
            { kind: 'user', userId: users().finance, roleId: null, levels: null },
          ],
        },
      ],
    }
    const answer = await app.as('admin').put('/api/approval-flows/order', { steps, minAmountFen: 5000 })
    expect(answer).toMatchObject({ status: 200, body: saved })
    expect((await app.as('admin').get('/api/approval-flows/order')).body).toEqual(saved)
    const { items, roles } = (await app.as('admin').get('/api/approval-flows')).body
    expect(items).toHaveLength(8)
    expect(roles).toContainEqual({ id: app.ids.roles.财务, name: '财务' })
    expect(items.find((flow: { subject: string }) => flow.subject === 'order')).toEqual(saved)
    const audit = (await app.as('admin').get('/api/audit?entity=approvalFlow&size=1')).body
    expect(audit.items[0]).toMatchObject({ action: 'update', after: saved })
  })

  it('人、角色必须存在且在职;每步要有人;没有权限的人不能看也不能设', async () => {
    const put = (steps: object[]) => app.as('admin').put('/api/approval-flows/order', { steps })
    const at = (field: string) => `steps.0.approvers.0.${field}`
    await refuses(() => put([step('any', person('disabled'))]), 400, at('userId'))
    await refuses(() => put([step('any', { kind: 'user' })]), 400, at('userId'))
    await refuses(() => put([step('any', { kind: 'role', roleId: 999_999 })]), 400, at('roleId'))
    await refuses(() => put([step('any', superior(0))]), 400, at('levels'))
    await refuses(() => put([step('any')]), 400, 'steps.0.approvers')
    await refuses(() => put([step('vote' as 'any', person('head1'))]), 400, 'steps.0.mode')
    await refuses(() => app.as('admin').put('/api/approval-flows/nothing', { steps: [] }), 400, 'subject')
    await refuses(() => app.as('head1').put('/api/approval-flows/order', { steps: [] }), 403)
    await refuses(() => app.as('head1').get('/api/approval-flows'), 403)
  })
})
