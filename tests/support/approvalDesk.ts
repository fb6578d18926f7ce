import { systemActor } from '@crm/server/core/access/actor'
import { type ApprovalSubject, requestApproval } from '@crm/server/modules/system/approvals/service'
import type { ApprovalDetail, FlowStep } from '@crm/shared/contract/approvals'
import { expect } from 'vitest'
import { openTestApp, type TestApp } from './app.ts'
import { withSubjects } from './approvals.ts'
import type { Answer } from './client.ts'
import type { Username } from './office.ts'
import { expectRefusal } from './refusal.ts'

let app: TestApp
let customer = 0
let top = 0
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
export const followed = async (id: number) =>
  (await app.store.read.selectFrom('settings').select('value').where('name', '=', `test.${id}`).executeTakeFirst())
    ?.value ?? null
export const subjects: readonly ApprovalSubject[] = [
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

/** An office in which consent to contracts and credit has consequences that `followed` tells. 总经理 leads 总部, above 华东. */
export async function openDesk(): Promise<TestApp> {
  app = await openTestApp({ modules: withSubjects(subjects) })
  top = (await app.make.user({ username: 'boss', name: '总经理', roleIds: [app.ids.roles.业务员] })).id
  const { id } = await app.make.team({ name: '总部', managerId: top })
  await app.as('admin').patch(`/api/teams/${app.ids.teams.D1}`, { version: 1, parentId: id })
  customer = (await app.make.customer({ name: '审批客户', ownerId: users().sales1 })).id
  return app
}
/** The second superior of whoever works in 华东. */
export const boss = () => top
/** 王业务's, about whom everything is asked. */
export const customerId = () => customer

export const users = () => app.ids.users
type Who = Username | number
const idOf = (who: Who) => (typeof who === 'number' ? who : users()[who])
export const person = (who: Who) => ({ kind: 'user', userId: idOf(who) })
export const superior = (levels: number) => ({ kind: 'superior', levels })
export const holders = (role: keyof TestApp['ids']['roles']) => ({ kind: 'role', roleId: app.ids.roles[role] })
export const step = (mode: FlowStep['mode'], ...approvers: object[]) => ({ mode, approvers })
export async function setFlow(steps: object[], minAmountFen: number | null = null, subject = 'contract') {
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
export async function actorFor(who: Who) {
  const { name } = await app.store.read
    .selectFrom('users')
    .select('name')
    .where('id', '=', idOf(who))
    .executeTakeFirstOrThrow()
  return { ...systemActor(app.clock.now(), app.clock.today(), 'cli', name), id: idOf(who) }
}
/** Asks as a module does; `id` of the approval, null where it passed at once. */
export async function ask({
  about,
  amountFen = 100_00,
  by = 'sales1',
  mustApprove,
  subject = 'contract',
  ...rest
}: Asked = {}) {
  const subjectId = rest.subjectId ?? ++n
  const facts = [{ label: '毛利', value: '12%' }]
  const asked = { subject, subjectId, title: `合同 ${subjectId}`, customerId: about ?? customer, amountFen, facts }
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
export const get = async (id: number, who: Who = 'admin'): Promise<ApprovalDetail> =>
  (await app.as(who).get(`/api/approvals/${id}`)).body
export const approve = (id: number, who: Who, text?: string) =>
  app.as(who).post(`/api/approvals/${id}/approve`, text === undefined ? {} : { note: text })
export const reject = (id: number, who: Who, reason: unknown = '毛利太低') =>
  app.as(who).post(`/api/approvals/${id}/reject`, { reason })
export const forward = (id: number, who: Who, to: Who, words = '请你看') =>
  app.as(who).post(`/api/approvals/${id}/forward`, { userId: idOf(to), note: words })
export const box = async (who: Who, of: string): Promise<number[]> =>
  (await app.as(who).get(`/api/approvals?box=${of}`)).body.items.map((row: { id: number }) => row.id)
export const told = async (who: Who) =>
  (
    await app.store.read
      .selectFrom('notifications')
      .select('title')
      .where('userId', '=', idOf(who))
      .where('kind', '=', 'approval')
      .orderBy('id')
      .execute()
  ).map(({ title }) => title)
export const ok = async (answer: Promise<Answer>) => {
  const { body, status } = await answer
  expect([status, body.detail]).toEqual([200, undefined])
  return body as ApprovalDetail
}
export const refuses = (work: () => Promise<Answer>, status: number, field?: string) =>
  expectRefusal(app, work, status, field)
