import type { Tx } from '../../../db/store.ts'

/** Before a customer is erased for good: merges it took part in and groups it was found in go with it. */
export async function forgetMerges(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('duplicateMembers').where('customerId', '=', id).execute()
  // unscoped: what had become part of it points nowhere now
  await tx.updateTable('customers').set({ mergedIntoId: null }).where('mergedIntoId', '=', id).execute()
  const merges = await tx
    .selectFrom('customerMerges')
    .select('id')
    .where((eb) => eb.or([eb('survivorId', '=', id), eb('loserId', '=', id)]))
    .execute()
  for (const merge of merges) {
    await tx.updateTable('duplicateGroups').set({ mergeId: null }).where('mergeId', '=', merge.id).execute()
    await tx.deleteFrom('customerMergeRows').where('mergeId', '=', merge.id).execute()
    await tx.deleteFrom('customerMerges').where('id', '=', merge.id).execute()
  }
}
