import type { ContractState } from '@crm/shared/entities/contract'
import { expect } from 'vitest'
import { openTestApp } from './app.ts'

export const TODAY = '2026-11-22'

/** A server with a customer of 王业务 after the other, and contracts led to any state by the steps a person takes. */
export async function openContractDesk() {
  const app = await openTestApp()
  const at = { customerId: 0, n: 0 }
  const users = app.ids.users
  const [sales1, head] = [() => app.as('sales1'), () => app.as('head1')]
  const facts = (more: object = {}) => ({
    customerId: at.customerId,
    title: `供货合同${at.n}`,
    amountFen: 12_800_000,
    ...more,
  })
  async function write(more: object = {}) {
    const { body, status } = await sales1().post('/api/contracts', facts(more))
    expect(status).toBe(201)
    return body
  }
  const move = (id: number, name: string, body: object) => head().post(`/api/contracts/${id}/${name}`, body)
  const setFlow = (subject: string, approvers: object[]) =>
    app.as('admin').put(`/api/approval-flows/${subject}`, {
      minAmountFen: null,
      steps: approvers.length === 0 ? [] : [{ mode: 'any', approvers }],
    })
  const byHead = () => [{ kind: 'user', userId: users.head1 }]

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
  return {
    app,
    at,
    sales1,
    head,
    facts,
    write,
    move,
    setFlow,
    byHead,
    contractIn,
    get: async (id: number) => (await head().get(`/api/contracts/${id}`)).body,
    effective: (id: number) =>
      app.store.read.selectFrom('effectiveContracts').select(['id', 'amountFen']).where('id', '=', id).execute(),
    approvalOf: async (id: number, subject: 'contract' | 'contractChange' = 'contract') =>
      (
        await app.store.read
          .selectFrom('approvals')
          .select('id')
          .where('subject', '=', subject)
          .where('subjectId', '=', id)
          .orderBy('id', 'desc')
          .executeTakeFirstOrThrow()
      ).id,
    async newCustomer() {
      at.n += 1
      at.customerId = (await app.make.customer({ name: `签约公司${at.n}号`, ownerId: users.sales1 })).id
    },
  }
}
export type ContractDesk = Awaited<ReturnType<typeof openContractDesk>>
