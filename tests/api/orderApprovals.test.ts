import type { Finding, TradeFollower } from '@crm/server/modules/contracts/followers'
import { orderRoutes } from '@crm/server/modules/contracts/orders/routes'
import { orderApprovals } from '@crm/server/modules/contracts/orders/service'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { withSubjects } from '../support/approvals.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
/** What the rules say, and what they were told. */
let findings: readonly Finding[] = []
const judgedAt: string[] = []
const confirmedIds: number[] = []
const follower: TradeFollower = {
  async judgeOrder(_tx, _actor, _order, at) {
    judgedAt.push(at)
    return findings
  },
  orderConfirmed: async (_tx, _actor, order) => void confirmedIds.push(order.id),
}
const users = () => app.ids.users
const sales1 = () => app.as('sales1')
const refuses = (work: () => Promise<Answer>, status: number) => expectRefusal(app, work, status)
const found = (outcome: Finding['outcome'], message = '超过信用额度 1,000.00 元'): Finding => ({
  outcome,
  code: 'illegal_move',
  message,
})
const write = async () =>
  (
    await sales1().post('/api/orders', {
      customerId,
      orderedOn: '2026-11-22',
      lines: [{ name: '轴承', qtyMilli: 3_000, priceFen: 3_350 }],
    })
  ).body
const submit = (order: { id: number; version: number }) =>
  sales1().post(`/api/orders/${order.id}/submit`, { version: order.version })
const get = async (id: number) => (await sales1().get(`/api/orders/${id}`)).body
const flow = async (userIds: readonly number[]) => {
  const approvers = userIds.map((userId) => ({ kind: 'user', userId }))
  const steps = approvers.length > 0 ? [{ mode: 'any', approvers }] : []
  expect((await app.as('admin').put('/api/approval-flows/order', { steps })).status).toBe(200)
}
const asked = async (id: number): Promise<{ id: number; subject: string }[]> =>
  app.store.read.selectFrom('approvals').select(['id', 'subject']).where('subjectId', '=', id).orderBy('id').execute()
const decide = (id: number, who: 'head1' | 'admin', word: 'approve' | 'reject') =>
  app.as(who).post(`/api/approvals/${id}/${word}`, word === 'reject' ? { reason: '价格太低' } : {})

beforeAll(async () => {
  const modules = withSubjects(orderApprovals([follower])).map((module) =>
    module.name === 'orders' ? { ...module, routes: orderRoutes([follower]) } : module,
  )
  app = await openTestApp({ modules })
})
afterAll(() => app.close())
beforeEach(async () => {
  findings = []
  judgedAt.length = 0
  confirmedIds.length = 0
  await flow([])
  customerId = (await app.make.customer({ name: `审批订单客户${++n}号`, ownerId: users().sales1 })).id
})

describe('订单的审批', () => {
  it('没有流程也没有要审批的规则:提交即确认,提示随回执给出', async () => {
    findings = [found('warn', '逾期 2 笔')]
    const { body } = await submit(await write())
    expect(body).toMatchObject({ state: 'confirmed', warnings: ['逾期 2 笔'] })
    expect(confirmedIds).toEqual([body.id])
  })

  it('禁止的,说明原因,什么都没变', async () => {
    const made = await write()
    findings = [found('refuse', '超过信用额度')]
    const answer = await submit(made)
    expect([answer.status, answer.body.detail]).toEqual([409, '超过信用额度'])
    expect(await get(made.id)).toMatchObject({ state: 'draft', version: 1 })
  })

  it('有流程的先审批:审批中不能改,同意后确认,批准时再判断一次', async () => {
    await flow([users().head1])
    const made = await write()
    const { body } = await submit(made)
    expect(body).toMatchObject({ state: 'approving', version: 2 })
    expect(confirmedIds).toEqual([])
    await refuses(() => sales1().patch(`/api/orders/${made.id}`, { version: 2, notes: '改' }), 409)
    const [approval] = await asked(made.id)
    expect((await decide(approval!.id, 'head1', 'approve')).status).toBe(200)
    const done = await get(made.id)
    expect([done.state, done.approvals[0].state]).toEqual(['confirmed', 'approved'])
    expect([judgedAt, confirmedIds]).toEqual([['submit', 'approval'], [made.id]])
  })

  it('审批人看得到订了什么;看不到订单的人没有通往它的链接;处理过的通知不再算未读', async () => {
    const unread = async (userId: number) =>
      (
        await app.store.read
          .selectFrom('notifications')
          .select('title')
          .where('userId', '=', userId)
          .where('readAt', 'is', null)
          .execute()
      ).length
    const before = { head: await unread(users().head1), other: await unread(users().sales2) }
    await flow([users().head1, users().sales2])
    const made = await write()
    await submit(made)
    const [approval] = await asked(made.id)
    const seenBy = async (who: 'head1' | 'sales2') => (await app.as(who).get(`/api/approvals/${approval!.id}`)).body
    expect(await seenBy('head1')).toMatchObject({ link: `/orders/${made.id}` })
    expect(await seenBy('sales2')).toMatchObject({
      link: null,
      facts: expect.arrayContaining([{ label: '明细', value: '轴承,3 × 33.50 元' }]),
    })
    expect([await unread(users().head1), await unread(users().sales2)]).toEqual([before.head + 1, before.other + 1])
    // 或签: one word is enough, and nobody is waited for any more.
    await decide(approval!.id, 'head1', 'approve')
    expect([await unread(users().head1), await unread(users().sales2)]).toEqual([before.head, before.other])
  })

  it('批准时规则已经禁止:不能同意,订单仍在审批中', async () => {
    await flow([users().head1])
    const made = await write()
    await submit(made)
    findings = [found('refuse')]
    const [approval] = await asked(made.id)
    await refuses(() => decide(approval!.id, 'head1', 'approve'), 409)
    expect((await get(made.id)).state).toBe('approving')
  })

  it('驳回的回到草稿,原因在日志里;撤回的也回到草稿,可以再提交', async () => {
    await flow([users().head1])
    const made = await write()
    const first = (await submit(made)).body
    await decide((await asked(made.id))[0]!.id, 'head1', 'reject')
    const back = await get(made.id)
    expect(back).toMatchObject({ state: 'draft', version: first.version + 1 })
    expect((await auditOf(app, 'order', made.id)).at(-1)).toMatchObject({ action: 'refuse', note: '价格太低' })
    const again = (await submit(back)).body
    const { body } = await sales1().post(`/api/orders/${made.id}/withdraw`, { version: again.version })
    expect([body.state, (await get(made.id)).approvals[0].state]).toEqual(['draft', 'withdrawn'])
    expect((await submit(body)).body.state).toBe('approving')
    expect(confirmedIds).toEqual([])
  })

  it('规则要审批而没有流程:上级同意;还有订单流程的,接着由它审批,申请人仍是提交的人', async () => {
    findings = [found('approve')]
    const made = await write()
    expect((await submit(made)).body.state).toBe('approving')
    const [credit] = await asked(made.id)
    expect(credit!.subject).toBe('credit')
    await flow([users().admin])
    expect((await decide(credit!.id, 'head1', 'approve')).status).toBe(200)
    expect((await get(made.id)).state).toBe('approving')
    const [, order] = await asked(made.id)
    expect(order!.subject).toBe('order')
    expect((await app.as('admin').get(`/api/approvals/${order!.id}`)).body.applicantId).toBe(users().sales1)
    expect((await decide(order!.id, 'admin', 'approve')).status).toBe(200)
    expect((await get(made.id)).state).toBe('confirmed')
    expect(await asked(made.id)).toHaveLength(2)
  })

  it('审批中的订单的客户不能删除', async () => {
    await flow([users().head1])
    await submit(await write())
    const { version } = (await app.as('admin').get(`/api/customers/${customerId}`)).body
    await refuses(() => app.as('admin').delete(`/api/customers/${customerId}?version=${version}`), 409)
  })

  it('大额订单确认时告诉上级,只一次', async () => {
    await app
      .as('admin')
      .put('/api/settings/big-deals', { items: [{ teamId: null, amountFen: 10_000, discountBp: null }] })
    const { body } = await submit(await write())
    const told = await app.store.read
      .selectFrom('notifications')
      .select(['userId', 'title', 'link'])
      .where('kind', '=', 'bigDeal')
      .execute()
    expect(told).toEqual([
      { userId: users().head1, title: expect.stringContaining(body.number), link: `/orders/${body.id}` },
    ])
  })
})

describe('客户时间线上的订单', () => {
  it('确认、关闭、重新打开、作废各是一条,草稿和审批中的不是', async () => {
    await flow([users().head1])
    const made = await write()
    await submit(made)
    const titles = async () =>
      (await sales1().get(`/api/customers/${customerId}/timeline?kinds=order`)).body.items.map(
        ({ title }: { title: string }) => title,
      )
    expect(await titles()).toEqual([])
    await decide((await asked(made.id))[0]!.id, 'head1', 'approve')
    const { version } = await get(made.id)
    const gone = await app.as('head1').post(`/api/orders/${made.id}/void`, { version, reason: '客户取消' })
    expect(gone.status).toBe(200)
    expect(await titles()).toEqual([`作废订单 ${made.number}`, `下单 ${made.number}`])
  })
})
