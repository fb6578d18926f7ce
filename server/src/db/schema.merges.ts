import type { Generated } from 'kysely'

/** Tables of 查重报告, 合并 and 离职交接. */
export interface MergeTables {
  /** 合并: the complete rows before and after, for the undo. */
  customerMerges: {
    id: Generated<number>
    survivorId: number
    loserId: number
    survivorBefore: string
    /** Only the columns the merge changed. */
    survivorAfter: string
    loserBefore: string
    byUserId: number | null
    byName: string
    mergedAt: string
    undoneAt: string | null
  }
  /** What a merge moved, row by row. */
  customerMergeRows: {
    id: Generated<number>
    mergeId: number
    /** `contacts.customerId` */
    link: string
    /** moved: by its id or key; dropped: the survivor had one like it; demoted: was 首要联系人. */
    kind: 'moved' | 'dropped' | 'demoted'
    rowId: number | null
    data: string | null
  }
  duplicateReports: {
    id: Generated<number>
    state: 'running' | 'done' | 'failed'
    startedAt: string
    finishedAt: string | null
    byName: string | null
    done: number
    total: number
    groups: number
  }
  duplicateGroups: {
    id: Generated<number>
    reportId: number
    kind: 'creditCode' | 'name' | 'phone' | 'email' | 'similar'
    /** What they share, as it is compared. */
    shared: string
    /** The same records found alike again: an ignored group stays ignored. */
    signature: string
    state: 'pending' | 'ignored' | 'merged'
    size: number
    mergeId: number | null
  }
  duplicateMembers: { id: Generated<number>; groupId: number; customerId: number; contactId: number | null }
  handovers: {
    id: Generated<number>
    state: 'running' | 'done' | 'undoing' | 'undone'
    fromUserId: number
    /** JSON: ids in the order in which customers go round. */
    toUserIds: string
    /** JSON: kinds. */
    include: string
    disables: 0 | 1
    /** It was this hand-over that disabled the person. */
    hasDisabled: 0 | 1
    byUserId: number | null
    byName: string
    createdAt: string
    updatedAt: string
    finishedAt: string | null
    total: number
    done: number
    problem: string | null
  }
  handoverRows: {
    id: Generated<number>
    handoverId: number
    kind: string
    rowId: number
    title: string
    customerName: string | null
    toUserId: number
    /** JSON: what the undo needs besides the ids. */
    data: string | null
    state: 'moved' | 'undone' | 'left'
  }
}
