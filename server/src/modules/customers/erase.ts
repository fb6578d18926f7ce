import type { Tx } from '../../db/store.ts'
import { dropTokens } from '../../db/search.ts'

/** 系统初始化: removes a customer, live or recycled, with everything that hangs on it. No trace but the backup taken before. */
export async function eraseCustomer(tx: Tx, id: number): Promise<void> {
  const contacts = await tx.selectFrom('contacts').select('id').where('customerId', '=', id).execute()
  for (const contact of contacts) await dropTokens(tx, 'contactSearch', contact.id)
  await dropTokens(tx, 'customerSearch', id)
  await tx.deleteFrom('phoneNumbers').where('customerId', '=', id).execute()
  await tx.deleteFrom('contacts').where('customerId', '=', id).execute()
  await tx.deleteFrom('customerTags').where('customerId', '=', id).execute()
  await tx.deleteFrom('collaborators').where('entity', '=', 'customer').where('recordId', '=', id).execute()
  await tx.deleteFrom('customers').where('id', '=', id).execute()
}
