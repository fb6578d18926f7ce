import type { ApprovalSubject } from './system/approvals/service.ts'

/** What may need consent, module by module: a new kind of record gets its line here. */
export const approvalSubjects: readonly ApprovalSubject[] = []
