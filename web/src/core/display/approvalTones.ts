import type { ApprovalState } from '@crm/shared/contract/approvals'

/** The tint of a state's chip. */
export const approvalTones: Readonly<Record<ApprovalState, 'primary' | 'ok' | 'bad' | 'info'>> = {
  pending: 'primary',
  approved: 'ok',
  refused: 'bad',
  withdrawn: 'info',
}
