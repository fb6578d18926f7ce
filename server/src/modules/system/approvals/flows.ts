import {
  type ApprovalFlow,
  type Approver,
  type approvals as api,
  approvalSubjectNames,
  type ApprovalSubjectName,
  type FlowStep,
} from '@crm/shared/contract/approvals'
import type { FieldError } from '@crm/shared/kernel/check'
import type { Input } from '@crm/shared/kernel/endpoint'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalid } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'

type Asked = Input<typeof api.setFlow>['body']

export async function allFlows(db: Read | Tx): Promise<ApprovalFlow[]> {
  const rows = await (db as Read).selectFrom('approvalFlows').select(['subject', 'minAmountFen', 'steps']).execute()
  const flows = new Map(
    rows.map(({ steps, ...rest }) => [rest.subject, { ...rest, steps: JSON.parse(steps) as FlowStep[] }]),
  )
  return approvalSubjectNames.map((subject) => flows.get(subject) ?? { subject, minAmountFen: null, steps: [] })
}

/** By name; whoever sets flows up need not be allowed to look into roles. */
export const rolesToChoose = (db: Read | Tx): Promise<{ id: number; name: string }[]> =>
  (db as Read).selectFrom('roles').select(['id', 'name']).where('deletedAt', 'is', null).orderBy('id').execute()

/** Where none was set up, one without steps. */
export const flowOf = async (db: Read | Tx, subject: ApprovalSubjectName): Promise<ApprovalFlow> =>
  (await allFlows(db)).find((flow) => flow.subject === subject)!

/** Takes effect for what is asked from now on. */
export async function setFlow(
  tx: Tx,
  actor: Actor,
  subject: ApprovalSubjectName,
  { minAmountFen = null, steps: asked }: Asked,
): Promise<ApprovalFlow> {
  const before = await flowOf(tx, subject)
  const steps = asked.map((step): FlowStep => ({
    mode: step.mode,
    minAmountFen: step.minAmountFen ?? null,
    approvers: step.approvers.map(approverOf),
  }))
  const errors = await errorsIn(tx, steps)
  if (errors.length > 0) throw invalid(errors)
  const after: ApprovalFlow = { subject, minAmountFen, steps }
  const columns = { minAmountFen, steps: JSON.stringify(steps), updatedAt: actor.at }
  await tx
    .insertInto('approvalFlows')
    .values({ subject, ...columns })
    .onConflict((on) => on.column('subject').doUpdateSet(columns))
    .execute()
  await audit(tx, actor, { entity: 'approvalFlow', recordId: null, action: 'update', before, after })
  return after
}

/** Keeps what belongs to the kind, nothing else. */
function approverOf({ kind, levels, roleId, userId }: Asked['steps'][number]['approvers'][number]): Approver {
  return {
    kind,
    userId: kind === 'user' ? (userId ?? null) : null,
    roleId: kind === 'role' ? (roleId ?? null) : null,
    levels: kind === 'superior' ? (levels ?? 1) : null,
  }
}

async function errorsIn(tx: Tx, steps: readonly FlowStep[]): Promise<FieldError[]> {
  const users = new Set(
    (await tx.selectFrom('users').select('id').where('disabled', '=', 0).where('deletedAt', 'is', null).execute()).map(
      ({ id }) => id,
    ),
  )
  const roles = new Set(
    (await tx.selectFrom('roles').select('id').where('deletedAt', 'is', null).execute()).map(({ id }) => id),
  )
  return steps.flatMap(({ approvers }, at) =>
    approvers.flatMap(({ kind, roleId, userId }, index): FieldError[] => {
      const field = `steps.${at}.approvers.${index}`
      if (kind === 'user' && !users.has(userId ?? 0))
        return [{ field: `${field}.userId`, message: userId === null ? '选择审批人' : '审批人不存在或已停用' }]
      if (kind === 'role' && !roles.has(roleId ?? 0))
        return [{ field: `${field}.roleId`, message: roleId === null ? '选择角色' : '角色不存在' }]
      return []
    }),
  )
}
