import type { ApprovalSubjectName } from '@crm/shared/contract/approvals'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import type { Tx } from '../../../db/store.ts'

/**
 * What another module does when consent to one of its records is given or refused. All of it runs in the transaction of the
 * decision; a problem thrown here refuses the decision. `actor` is the approver (or the product itself), who need not be allowed
 * to see the record: go by its id, not by his scope.
 */
export interface ApprovalSubject {
  readonly subject: ApprovalSubjectName
  /** What it is about: whoever may not see it gets no way to its page. */
  readonly record?: Entity
  /** The record's page. */
  readonly link: (id: number) => string
  readonly approved: (tx: Tx, actor: Actor, id: number) => Promise<void>
  readonly refused: (tx: Tx, actor: Actor, id: number, reason: string) => Promise<void>
  /** The applicant took it back on the page of approvals; `refused` unless said. */
  readonly withdrawn?: (tx: Tx, actor: Actor, id: number) => Promise<void>
}
export type Subjects = readonly ApprovalSubject[]

export function subjectOf(subjects: Subjects, name: ApprovalSubjectName): ApprovalSubject {
  const found = subjects.find(({ subject }) => subject === name)
  if (!found) throw problem('illegal_move', '这类审批已不再使用')
  return found
}
