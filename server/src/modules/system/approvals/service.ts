/** 审批: asking somebody's consent before a record goes on. Knows no order and no contract. */
export { anyoneAbsent, passOverAbsent } from './absent.ts'
export { eraseApproval, eraseApprovalsOf } from './erase.ts'
export { setFlow } from './flows.ts'
export { approvalHandover } from './handover.ts'
export { approvalBlocks } from './home.ts'
export { approvalsOf } from './queries.ts'
export { type ApprovalAsked, hasPendingApproval, requestApproval, withdrawApproval } from './request.ts'
export type { ApprovalSubject } from './subject.ts'
