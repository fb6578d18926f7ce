import { type ApprovalFlow, approvalModes, type Approver } from '@crm/shared/contract/approvals'
import { formatYuan } from '@crm/shared/money'

interface Names {
  readonly userName: (id: number) => string | undefined
  readonly roleName: (id: number) => string | undefined
}

export function approverWords({ kind, levels, roleId, userId }: Approver, { roleName, userName }: Names): string {
  if (kind === 'user') return userName(userId ?? 0) ?? '—'
  if (kind === 'role') return `角色“${roleName(roleId ?? 0) ?? '—'}”`
  return levels === 1 || levels === null ? '直接上级' : `上 ${levels} 级`
}

/** A flow in a line or two: `50,000.00 元起 · 直接上级 → 会签:王经理、钱财务`. */
export function flowWords({ minAmountFen, steps }: ApprovalFlow, names: Names): string {
  if (steps.length === 0) return ''
  const from = (fen: number | null) => (fen === null ? '' : `${formatYuan(fen)} 元起 `)
  const said = steps.map(({ approvers, minAmountFen: stepFrom, mode }) => {
    const people = approvers.map((one) => approverWords(one, names)).join('、')
    const isMany = approvers.length > 1 || approvers.some(({ kind }) => kind === 'role')
    return `${from(stepFrom)}${isMany ? `${approvalModes[mode]}:` : ''}${people}`
  })
  return `${minAmountFen === null ? '' : `${from(minAmountFen)}· `}${said.join(' → ')}`
}
