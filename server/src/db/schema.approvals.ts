import type { Generated } from 'kysely'
import type { ApprovalAction, ApprovalSubjectName, TaskOutcome } from '@crm/shared/contract/approvals'

/** 审批 and 大额业务提醒. */
export interface ApprovalTables {
  /** Steps are JSON. */
  approvalFlows: {
    id: Generated<number>
    subject: ApprovalSubjectName
    minAmountFen: number | null
    steps: string
    updatedAt: string
  }
  approvals: {
    id: Generated<number>
    subject: ApprovalSubjectName
    subjectId: number
    title: string
    customerId: number | null
    amountFen: number | null
    facts: string
    applicantId: number | null
    applicantName: string
    /** JSON: the way of agreeing of each step. */
    modes: string
    createdAt: string
    changedAt: string
  }
  approvalTasks: {
    id: Generated<number>
    approvalId: number
    step: number
    position: number
    userId: number
    openedAt: string | null
    outcome: TaskOutcome | null
    decidedAt: string | null
    note: string | null
  }
  /** Only ever added to. */
  approvalEvents: {
    id: Generated<number>
    approvalId: number
    at: string
    actorId: number | null
    actorName: string
    action: ApprovalAction
    step: number | null
    toName: string | null
    note: string | null
  }
  bigDealRules: {
    id: Generated<number>
    teamId: number | null
    amountFen: number | null
    discountBp: number | null
  }
}
