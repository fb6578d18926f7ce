import type { ApprovalMode, FlowStep } from '@crm/shared/contract/approvals'

/** Who is who, at the moment somebody asks. */
export interface People {
  readonly applicantId: number
  /** The applicant's heads, the nearest first; none of them disabled. */
  readonly superiors: readonly number[]
  readonly holdersOf: (roleId: number) => readonly number[]
  /** Whoever sets flows up: the last to fall back on. */
  readonly keepers: readonly number[]
  readonly isThere: (userId: number) => boolean
  readonly nameOf: (userId: number) => string
}
/** What the trail says about how a step came to its people. */
export interface ResolveNote {
  readonly action: 'skipped' | 'rerouted'
  readonly toName: string
  readonly note: string
}
export interface ResolvedStep {
  readonly mode: ApprovalMode
  /** Never empty, in the order of 依次. */
  readonly userIds: readonly number[]
  readonly notes: readonly ResolveNote[]
}
/** What somebody must agree to although no flow says so. */
export const NEAREST_SUPERIOR: FlowStep = {
  mode: 'all',
  minAmountFen: null,
  approvers: [{ kind: 'superior', userId: null, roleId: null, levels: 1 }],
}

/** The steps to be taken for this amount. An unknown amount takes them all. */
export function stepsFor(
  flow: { readonly minAmountFen: number | null; readonly steps: readonly FlowStep[] } | null,
  amountFen: number | null,
): readonly FlowStep[] {
  const applies = (from: number | null) => from === null || amountFen === null || amountFen >= from
  if (!flow || !applies(flow.minAmountFen)) return []
  return flow.steps.filter((step) => applies(step.minAmountFen))
}

/** The people of one step; null where there is nobody to ask but the applicant himself. */
export function resolveStep({ approvers, mode }: FlowStep, people: People): ResolvedStep | null {
  const { applicantId, holdersOf, isThere, nameOf, superiors } = people
  const notes: ResolveNote[] = []
  const found: number[] = []
  const skip = (toName: string, note: string) => notes.push({ action: 'skipped', toName, note })
  for (const { kind, levels, roleId, userId } of approvers) {
    const level = levels ?? 1
    const ids =
      kind === 'user' ? [userId ?? 0] : kind === 'role' ? holdersOf(roleId ?? 0) : superiors.slice(level - 1, level)
    if (kind === 'superior' && ids.length === 0) skip(`上 ${level} 级主管`, '申请人上面没有这一级')
    for (const id of ids)
      if (id === applicantId) skip(nameOf(id), '申请人不审批自己的申请')
      else if (!isThere(id)) skip(nameOf(id), '已停用')
      else if (!found.includes(id)) found.push(id)
  }
  if (found.length > 0) return { mode, userIds: found, notes }
  // A superior that is missing has nobody above him either.
  const substitutes = substitutesOf(people, approvers.some(({ kind }) => kind === 'superior') ? [] : superiors)
  return substitutes && { mode: 'any', userIds: substitutes.userIds, notes: [...notes, substitutes.note] }
}

/** Who is asked where a step has nobody left: the nearest superior, else whoever sets flows up. Null: there is nobody. */
export function substitutesOf(
  { applicantId, isThere, keepers, nameOf }: People,
  superiors: readonly number[],
): { readonly userIds: readonly number[]; readonly note: ResolveNote } | null {
  const may = (id: number) => id !== applicantId && isThere(id)
  const superior = superiors.find(may)
  const userIds = superior === undefined ? keepers.filter(may) : [superior]
  if (userIds.length === 0) return null
  const toName = userIds.map(nameOf).join('、')
  const note = superior === undefined ? '这一步没有审批人,改由审批流程的管理员审批' : '这一步没有审批人,改由上级审批'
  return { userIds, note: { action: 'rerouted', toName, note } }
}
