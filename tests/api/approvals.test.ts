import { systemActor } from '@crm/server/core/actor'
import { eraseCustomer } from '@crm/server/modules/customers/service'
import { handoverParts } from '@crm/server/modules/index'
import { passOverAbsent, requestApproval, withdrawApproval } from '@crm/server/modules/system/approvals/service'
import type { ApprovalSubject } from '@crm/server/modules/system/approvals/service'
import { workOff } from '@crm/server/modules/work/handover/service'
import type { ApprovalDetail, FlowStep } from '@crm/shared/contract/approvals'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { withSubjects } from '../support/approvals.ts'
import type { Answer } from '../support/client.ts'
import type { Username } from '../support/office.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
/** 总经理 above 华东: the second superior of whoever works there. */
let boss: number
let n = 100

const note =
  (what: string): ApprovalSubject['approved'] =>
  async (tx, actor, id) => {
    await tx
      .insertInto('settings')
      .values({ name: `test.${id}`, value: `${what} ${actor.name}` })
      .execute()
  }
/** What became of the record, as the module was told. */
const followed = async (id: number) =>
  (await app.store.read.selectFrom('settings').select('value').where('name', '=', `test.${id}`).executeTakeFirst())
    ?.value ?? null
const subjects: readonly ApprovalSubject[] = [
  {
    subject: 'contract',
    link: (id) => `/contracts/${id}`,
    approved: note('同意'),
    refused: (tx, actor, id, reason) => note(`驳回 ${reason}`)(tx, actor, id),
  },
  {
    subject: 'credit',
    link: (id) => `/orders/${id}`,
    approved: note('同意'),
    refused: note('驳回'),
    withdrawn: note('撤回'),
  },
]

beforeAll(async () => {
  app = await openTestApp({ modules: withSubjects(subjects) })
  boss = (await app.make.user({ username: 'boss', name: '总经理', roleIds: [app.ids.roles.业务员] })).id
  const top = await app.make.team({ name: '总部', managerId: boss })
  await app.as('admin').patch(`/api/teams/${app.ids.teams.D1}`, { version: 1, parentId: top.id })
  customerId = (await app.make.customer({ name: '审批客户', ownerId: users().sales1 })).id
})
afterAll(() => app.close())
beforeEach(() => setFlow([]))

const users = () => app.ids.users
type Who = Username | number
const idOf = (who: Who) => (typeof who === 'number' ? who : users()[who])
const person = (who: Who) => ({ kind: 'user', userId: idOf(who) })
const superior = (levels: number) => ({ kind: 'superior', levels })
const holders = (role: keyof TestApp['ids']['roles']) => ({ kind: 'role', roleId: app.ids.roles[role] })
const step = (mode: FlowStep['mode'], ...approvers: object[]) => ({ mode, approvers })
async function setFlow(steps: object[], minAmountFen: number | null = null, subject = 'contract') {
  const answer = await app.as('admin').put(`/api/approval-flows/${subject}`, { steps, minAmountFen })
  expect(answer.status).toBe(200)
}
interface Asked {
  readonly by?: Who
  readonly amountFen?: number | null
  readonly subject?: 'contract' | 'credit'
  readonly mustApprove?: boolean
  readonly subjectId?: number
  readonly about?: number
}
async function actorFor(who: Who) {
  const { name } = await app.store.read
    .selectFrom('users')
    .select('name')
    .where('id', '=', idOf(who))
    .executeTakeFirstOrThrow()
  return { ...systemActor(app.clock.now(), app.clock.today(), 'cli', name), id: idOf(who) }
}
/** Asks as a module does; `id` of the approval, null where it passed at once. */
async function ask({
  about,
  amountFen = 100_00,
  by = 'sales1',
  mustApprove,
  subject = 'contract',
  ...rest
}: Asked = {}) {
  const subjectId = rest.subjectId ?? ++n
  const facts = [{ label: '毛利', value: '12%' }]
  const asked = { subject, subjectId, title: `合同 ${subjectId}`, customerId: about ?? customerId, amountFen, facts }
  const actor = await actorFor(by)
  const state = await app.store.tx((tx) =>
    requestApproval(tx, actor, { ...asked, ...(mustApprove && { mustApprove }) }),
  )
  const row = await app.store.read
    .selectFrom('approvals')
    .select('id')
    .where('subject', '=', subject)
    .where('subjectId', '=', subjectId)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  expect(row === undefined).toBe(state === 'approved')
  return { id: row?.id ?? 0, subjectId, state }
}
const get = async (id: number, who: Who = 'admin'): Promise<ApprovalDetail> =>
  (await app.as(who).get(`/api/approvals/${id}`)).body
const approve = (id: number, who: Who, text?: string) =>
  app.as(who).post(`/api/approvals/${id}/approve`, text === undefined ? {} : { note: text })
const reject = (id: number, who: Who, reason: unknown = '毛利太低') =>
  app.as(who).post(`/api/approvals/${id}/reject`, { reason })
const forward = (id: number, who: Who, to: Who, words = '请你看') =>
  app.as(who).post(`/api/approvals/${id}/forward`, { userId: idOf(to), note: words })
const box = async (who: Who, of: string): Promise<number[]> =>
  (await app.as(who).get(`/api/approvals?box=${of}`)).body.items.map((row: { id: number }) => row.id)
const told = async (who: Who) =>
  (
    await app.store.read
      .selectFrom('notifications')
      .select('title')
      .where('userId', '=', idOf(who))
      .where('kind', '=', 'approval')
      .orderBy('id')
      .execute()
  ).map(({ title }) => title)
const ok = async (answer: Promise<Answer>) => {
  const { body, status } = await answer
  expect([status, body.detail]).toEqual([200, undefined])
  return body as ApprovalDetail
}
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

describe('要不要审批', () => {
  it('没有流程直接通过;不到金额直接通过,到了就审批', async () => {
    expect((await ask()).state).toBe('approved')
    await setFlow([step('any', person('head1'))], 500_00)
    expect((await ask({ amountFen: 499_99 })).state).toBe('approved')
    expect((await ask({ amountFen: 500_00 })).state).toBe('pending')
    expect((await ask({ amountFen: null })).state).toBe('pending')
  })

  it('步骤各有起点:大金额多一步', async () => {
    await setFlow([step('any', superior(1)), { ...step('any', superior(2)), minAmountFen: 1000_00 }])
    const [small, large] = [await ask({ amountFen: 999_99 }), await ask({ amountFen: 1000_00 })]
    expect((await ok(approve(small.id, 'head1'))).state).toBe('approved')
    expect((await ok(approve(large.id, 'head1'))).state).toBe('pending')
    expect((await ok(approve(large.id, boss))).state).toBe('approved')
  })

  it('必须审批而没有流程的,找上级;没有上级的,找管流程的人', async () => {
    const own = await ask({ subject: 'credit', mustApprove: true })
    expect((await get(own.id)).waitingFor).toEqual(['陈经理'])
    const lone = await ask({ subject: 'credit', mustApprove: true, by: 'sales2' })
    expect(await get(lone.id)).toMatchObject({
      waitingFor: ['管理员'],
      entries: [{ action: 'requested' }, { action: 'skipped' }, { action: 'rerouted', toName: '管理员' }],
    })
  })

  it('同一张单据审批中不能再提;流程改了,已提的照旧', async () => {
    await setFlow([step('any', person('head1'))])
    const { id, subjectId } = await ask()
    await expect(ask({ subjectId })).rejects.toMatchObject({ code: 'illegal_move' })
    await setFlow([step('any', person('finance'))])
    expect((await ok(approve(id, 'head1'))).state).toBe('approved')
    const again = await ask({ subjectId })
    expect((await get(again.id)).waitingFor).toEqual(['钱财务'])
  })

  it('除了申请人没有人可以审批,不收', async () => {
    await setFlow([step('any', person('admin'))])
    await expect(ask({ by: 'admin' })).rejects.toMatchObject({ code: 'illegal_move' })
  })
})

describe('会签、或签、依次', () => {
  it('会签:都同意才通过,最后一人同意时单据随之生效,申请人得到通知', async () => {
    await setFlow([step('all', person('head1'), person('finance'))])
    const { id, subjectId } = await ask()
    expect((await ok(approve(id, 'head1', '可以'))).state).toBe('pending')
    expect(await followed(subjectId)).toBe(null)
    const done = await ok(approve(id, 'finance'))
    expect(done).toMatchObject({ state: 'approved', waitingFor: [], isMine: false, link: `/contracts/${subjectId}` })
    expect(done.entries.map(({ action, actorName, note: words }) => [action, actorName, words])).toEqual([
      ['requested', '王业务', null],
      ['approved', '陈经理', '可以'],
      ['approved', '钱财务', null],
    ])
    expect(await followed(subjectId)).toBe('同意 钱财务')
    expect(await told('sales1')).toContain(`审批通过:合同 ${subjectId}`)
    await refuses(() => approve(id, 'head1'), 409)
  })

  it('或签:一人同意即过,其余的待办消失,迟到的得知是谁先同意', async () => {
    await setFlow([step('any', person('head1'), person('finance')), step('any', person(boss))])
    const { id } = await ask()
    expect([await box('head1', 'todo'), await box('finance', 'todo')]).toEqual([
      expect.arrayContaining([id]),
      expect.arrayContaining([id]),
    ])
    expect(await box(boss, 'todo')).not.toContain(id)
    await ok(approve(id, 'head1'))
    expect(await box('finance', 'todo')).not.toContain(id)
    expect(await box(boss, 'todo')).toContain(id)
    expect((await approve(id, 'finance')).body).toMatchObject({ status: 409, detail: '陈经理已同意,不用再处理' })
    await refuses(() => reject(id, 'finance'), 409)
  })

  it('依次:轮到谁才通知谁,没轮到的不能抢先', async () => {
    await setFlow([step('sequence', person('finance'), person('head1'))])
    const { id, subjectId } = await ask()
    const title = `待审批:合同 ${subjectId}`
    expect([await told('finance'), await told('head1')].map((list) => list.includes(title))).toEqual([true, false])
    await refuses(() => approve(id, 'head1'), 409)
    await ok(approve(id, 'finance'))
    expect(await told('head1')).toContain(title)
    expect((await ok(approve(id, 'head1'))).state).toBe('approved')
  })

  it('按角色:持有人各算一个,申请人自己不算', async () => {
    await setFlow([step('all', holders('业务员'))])
    const { id } = await ask()
    const names = (await get(id)).steps[0]!.tasks.map(({ name }) => name)
    expect(names).toEqual(['李业务', '赵一组', '孙华南', '总经理'])
    expect((await get(id)).entries.filter(({ action }) => action === 'skipped').map(({ toName }) => toName)).toEqual([
      '王业务',
      '周离职',
    ])
  })

  it('两人同一刻同意一个或签:一个成,一个 409,单据只生效一次', async () => {
    await setFlow([step('any', person('head1'), person('finance'), person('sales2'))])
    const { id, subjectId } = await ask()
    const answers = await Promise.all((['head1', 'finance', 'sales2'] as const).map((who) => approve(id, who)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
    const { tasks } = (await get(id)).steps[0]!
    const [winner] = tasks.filter(({ outcome }) => outcome === 'approved')
    expect(tasks.filter(({ outcome }) => outcome === 'ended')).toHaveLength(2)
    const late = answers.filter(({ status }) => status === 409).map(({ body }) => body.detail as string)
    expect(late.every((words) => words.startsWith(winner!.name))).toBe(true)
    expect(await followed(subjectId)).toBe(`同意 ${winner!.name}`)
  })
})

describe('驳回、撤回、转交', () => {
  it('驳回要有原因;一人驳回就结束,申请人看到原因', async () => {
    await setFlow([step('all', person('head1'), person('finance')), step('any', person(boss))])
    const { id, subjectId } = await ask()
    await refuses(() => reject(id, 'head1', ''), 400, 'reason')
    await refuses(() => app.as('head1').post(`/api/approvals/${id}/reject`, {}), 400, 'reason')
    expect((await ok(reject(id, 'head1'))).state).toBe('refused')
    expect(await followed(subjectId)).toBe('驳回 毛利太低 陈经理')
    expect(await told('sales1')).toContain(`审批被驳回:合同 ${subjectId}`)
    expect((await approve(id, 'finance')).body).toMatchObject({ status: 409, detail: '陈经理已驳回,不用再处理' })
    expect((await ask({ subjectId })).state).toBe('pending')
  })

  it('申请人可以撤回,别人不行;通过以后撤不回', async () => {
    await setFlow([step('any', person('head1'))])
    const { id, subjectId } = await ask()
    await refuses(() => app.as('head1').post(`/api/approvals/${id}/withdraw`, {}), 403)
    await refuses(() => app.as('sales1b').post(`/api/approvals/${id}/withdraw`, {}), 404)
    const back = await ok(app.as('sales1').post(`/api/approvals/${id}/withdraw`, {}))
    expect(back).toMatchObject({ state: 'withdrawn', mayWithdraw: false })
    expect(await followed(subjectId)).toBe('驳回 申请人撤回 王业务')
    expect(await box('head1', 'todo')).not.toContain(id)
    await refuses(() => approve(id, 'head1'), 409)
    await refuses(() => app.as('sales1').post(`/api/approvals/${id}/withdraw`, {}), 409)
    const own = await ask({ subject: 'credit', mustApprove: true })
    await ok(app.as('sales1').post(`/api/approvals/${own.id}/withdraw`, {}))
    expect(await followed(own.subjectId)).toBe('撤回 王业务')
  })

  it('单据自己撤回、作废时,审批随之结束,不再回头通知单据', async () => {
    await setFlow([step('any', person('head1'))])
    const { id, subjectId } = await ask()
    const actor = await actorFor('sales1')
    const withdrawn = () => app.store.tx((tx) => withdrawApproval(tx, actor, 'contract', subjectId))
    expect([await withdrawn(), await withdrawn()]).toEqual([true, false])
    expect([(await get(id)).state, await followed(subjectId)]).toEqual(['withdrawn', null])
  })

  it('转交给同事,由他决定,经过里写着谁转给谁;不能转给申请人、自己、停用的人和已在审批的人', async () => {
    await setFlow([step('all', person('head1'), person('finance'))])
    const { id } = await ask()
    for (const to of ['sales1', 'head1', 'disabled', 'finance', 999_999] as const)
      await refuses(() => forward(id, 'head1', to), 400, 'userId')
    await refuses(() => app.as('head1').post(`/api/approvals/${id}/forward`, { userId: boss }), 400, 'note')
    await refuses(() => forward(id, 'sales2', boss), 404)
    await ok(forward(id, 'head1', 'sub1', '我在出差'))
    expect((await get(id)).entries.at(-1)).toMatchObject({
      action: 'forwarded',
      actorName: '陈经理',
      toName: '赵一组',
      note: '我在出差',
    })
    expect(await box('head1', 'done')).toContain(id)
    await refuses(() => approve(id, 'head1'), 409)
    await ok(approve(id, 'sub1'))
    expect((await ok(approve(id, 'finance'))).state).toBe('approved')
  })
})

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
    expect((await app.as('sales2').get(`/api/customers/${customerId}`)).status).toBe(404)
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
    const [open, closed] = [await ask(), await ask()]
    await ok(approve(closed.id, 'sub1'))
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
    expect((await list('subject=credit')).items.every((row: ApprovalDetail) => row.subject === 'credit')).toBe(true)
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
    const { items } = (await app.as('admin').get('/api/approval-flows')).body
    expect(items).toHaveLength(8)
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
