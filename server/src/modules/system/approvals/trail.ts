import type { ApprovalAction } from '@crm/shared/contract/approvals'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import type { Tx } from '../../../db/store.ts'

type Who = Pick<Actor, 'id' | 'name' | 'at' | 'via' | 'address'>
interface Line {
  readonly action: ApprovalAction
  readonly step?: number | null
  readonly toName?: string | null
  readonly note?: string | null
}

/** Adds to the trail, and to the audit log; the approval counts as changed. */
export async function trail(tx: Tx, actor: Who, approvalId: number, lines: Line | readonly Line[]): Promise<void> {
  const list = Array.isArray(lines) ? (lines as readonly Line[]) : [lines as Line]
  if (list.length === 0) return
  const full = list.map(({ action, note = null, step = null, toName = null }) => ({ action, step, toName, note }))
  await tx
    .insertInto('approvalEvents')
    .values(
      full.map((line) => ({
        ...line,
        approvalId,
        at: actor.at,
        actorId: actor.id === 0 ? null : actor.id,
        actorName: actor.name,
      })),
    )
    .execute()
  await tx.updateTable('approvals').set({ changedAt: actor.at }).where('id', '=', approvalId).execute()
  await audit(
    tx,
    actor,
    full.map(({ action, ...after }) => ({ entity: 'approval', recordId: approvalId, action, after })),
  )
}
