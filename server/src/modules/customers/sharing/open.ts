import { customer } from '@crm/shared/entities/customer'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'

/** Under this everybody asked was told. */
export const noticeKey = (id: number): string => `sharing:${id}`
const column = (name: string) => sql.ref(`sharingRequests.${name}`)

/**
 * Waits for an answer still: in time, the customer is there and whose it was when it was asked, and the asker works on it no other way.
 * Anything else has made it lapse.
 */
export const isOpenRequest = ({ at }: Pick<Actor, 'at'>) => sql<SqlBool>`(${column('state')} = 'asked'
  and ${column('expiresAt')} > ${at}
  and exists (select 1 from ${sql.table('customers')} c where c.id = ${column('customerId')}
    and c.${sql.ref('ownerId')} = ${column('askedOfId')} and c.${sql.ref('deletedAt')} is null)
  and not exists (select 1 from ${sql.table('collaborators')} k where k.entity = ${sql.lit(customer.name)}
    and k.${sql.ref('recordId')} = ${column('customerId')} and k.${sql.ref('userId')} = ${column('askedById')}))`

/** Of which of these customers the actor's own request waits for an answer. */
export async function askedBy(db: Read | Tx, actor: Actor, customerIds: readonly number[]): Promise<Set<number>> {
  if (customerIds.length === 0) return new Set()
  const rows = await (db as Read)
    .selectFrom('sharingRequests')
    .select('customerId')
    .where('askedById', '=', actor.id)
    .where(inIds(db, 'sharingRequests.customerId', customerIds))
    .where(isOpenRequest(actor))
    .execute()
  return new Set(rows.map(({ customerId }) => customerId))
}
