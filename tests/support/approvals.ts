import type { Actor } from '@crm/server/core/access/actor'
import type { Module } from '@crm/server/core/http/module'
import type { Tx } from '@crm/server/db/store'
import { modules } from '@crm/server/modules/index'
import { approvalRoutes } from '@crm/server/modules/system/approvals/routes'
import { type ApprovalSubject, requestApproval, setFlow } from '@crm/server/modules/system/approvals/service'

/** The server with other subjects of approval than the product's. */
export const withSubjects = (subjects: readonly ApprovalSubject[]): Module[] =>
  modules.map((module) => (module.name === 'approvals' ? { ...module, routes: approvalRoutes(subjects) } : module))

const nothing = async () => {}
/** Consent to a contract has no consequences here. */
export const withTestSubjects = withSubjects([
  { subject: 'contract', link: (id) => `/contracts/${id}`, approved: nothing, refused: nothing },
])

let n = 0
/** A request for consent that waits for `userId`. */
export async function approvalOf(
  tx: Tx,
  actor: Actor,
  { applicantId, userId }: { applicantId: number; userId: number },
): Promise<{ id: number; version: number }> {
  const steps = [{ mode: 'any', approvers: [{ kind: 'user', userId }] }] as const
  await setFlow(tx, actor, 'contract', { steps: steps.map((step) => ({ ...step, approvers: [...step.approvers] })) })
  const asked = { subject: 'contract', subjectId: ++n, title: `合同${n}`, customerId: null, amountFen: 100 } as const
  await requestApproval(tx, { ...actor, id: applicantId, name: '申请人' }, { ...asked, facts: [] })
  await setFlow(tx, actor, 'contract', { steps: [] })
  const { id } = await tx.selectFrom('approvals').select('id').orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()
  return { id, version: 1 }
}
