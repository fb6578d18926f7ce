import type { Credit, CreditRules } from '@crm/shared/contract/credit'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { expect } from 'vitest'
import type { TestApp } from './app.ts'

export type CreditPerson = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'

/** What is done at the credit desk: limits, rules and flows are set, orders of one customer written and handed in. */
export function creditDesk(at: () => { readonly app: TestApp; readonly customerId: number }) {
  const as = (who: CreditPerson) => at().app.as(who)
  const creditOf = async (query = '', who: CreditPerson = 'sales1'): Promise<Credit> => {
    const { body, status } = await as(who).get(`/api/customers/${at().customerId}/credit${query}`)
    expect(status).toBe(200)
    return body
  }
  const limit = async (creditFen: number | null, more: object = {}) => {
    const { version } = await creditOf()
    return as('finance').put(`/api/customers/${at().customerId}/credit`, { version, creditFen, ...more })
  }
  const rules = async (set: Partial<CreditRules>) => {
    const body = { graceDays: 0, outcome: 'warn', levels: [], ...set }
    expect((await as('admin').put('/api/settings/credit', body)).status).toBe(200)
  }
  const flow = async (subject: 'order' | 'credit', userIds: readonly number[]) => {
    const approvers = userIds.map((userId) => ({ kind: 'user', userId }))
    const steps = approvers.length > 0 ? [{ mode: 'any', approvers }] : []
    expect((await as('admin').put(`/api/approval-flows/${subject}`, { steps })).status).toBe(200)
  }
  /** Nothing asked, nothing refused: what every test starts from. */
  const openFlows = async () => {
    await rules({})
    await flow('order', [])
    await flow('credit', [])
  }
  const write = async (fen: number, more: object = {}): Promise<OrderDetail> =>
    (
      await as('sales1').post('/api/orders', {
        customerId: at().customerId,
        orderedOn: '2026-11-01',
        lines: [{ name: '轴承', qtyMilli: 10_000, priceFen: fen / 10 }],
        ...more,
      })
    ).body
  const submit = ({ id, version }: Pick<OrderDetail, 'id' | 'version'>) =>
    as('sales1').post(`/api/orders/${id}/submit`, { version })
  const confirmed = async (fen: number, more: object = {}): Promise<OrderDetail> =>
    (await submit(await write(fen, more))).body
  const approve = (id: number, who: CreditPerson) => as(who).post(`/api/approvals/${id}/approve`, {})
  const approvalOf = (orderId: number): Promise<{ id: number; subject: string }> =>
    at()
      .app.store.read.selectFrom('approvals')
      .select(['id', 'subject'])
      .where('subjectId', '=', orderId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
  return { as, creditOf, limit, rules, flow, openFlows, write, submit, confirmed, approve, approvalOf }
}
