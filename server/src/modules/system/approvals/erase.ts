import type { Tx } from '../../../db/store.ts'

/** Removes one with its trail, for good. */
export async function eraseApproval(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('approvalEvents').where('approvalId', '=', id).execute()
  await tx.deleteFrom('approvalTasks').where('approvalId', '=', id).execute()
  await tx.deleteFrom('approvals').where('id', '=', id).execute()
}

/** What was asked about a customer that is being erased. */
export async function eraseApprovalsOf(tx: Tx, customerId: number): Promise<void> {
  for (const { id } of await tx.selectFrom('approvals').select('id').where('customerId', '=', customerId).execute())
    await eraseApproval(tx, id)
}
