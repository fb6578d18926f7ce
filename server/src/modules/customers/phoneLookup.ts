import type { SearchReply } from '@crm/shared/contract/customers'
import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import type { Entity, RowOf } from '@crm/shared/kernel/entity'
import { phoneDigits } from '@crm/shared/rules/phone'
import { sql } from 'kysely'
import { type Actor, can } from '../../core/access/actor.ts'
import { invalidField } from '../../core/problem.ts'
import { rowsByIds } from '../../core/rows/rows.ts'
import { visible } from '../../core/access/scope.ts'
import type { Read } from '../../db/store.ts'

/** A switchboard that hundreds share names nobody. */
const MOST = 20

/** Who calls: customers and contacts with exactly this number, however it is written, as far as the reader may see them. */
export async function findByPhone(read: Read, actor: Actor, phone: string): Promise<Omit<SearchReply, 'records'>> {
  const digits = phoneDigits(phone)
  if (digits === null) throw invalidField('phone', '这不是电话号码')
  const holders = async <E extends Entity>(entity: E): Promise<RowOf<E>[]> => {
    if (!can(actor, `${entity.name}.read`)) return []
    const id = sql.ref(`${entity.table}.id`)
    const { rows } = await sql<{
      id: number
    }>`select ${id} as id from ${sql.table('phoneNumbers')} cross join ${sql.table(entity.table)}
      where ${sql.ref('phoneNumbers.digits')} = ${digits} and ${sql.ref('phoneNumbers.entity')} = ${sql.lit(entity.name)}
        and ${id} = ${sql.ref('phoneNumbers.recordId')} and ${sql.ref(`${entity.table}.deletedAt`)} is null
        and ${visible(actor, entity, `${entity.name}.read`)} order by ${id} limit ${sql.lit(MOST)}`.execute(
      read as never,
    )
    return rowsByIds(read, actor, entity, [...new Set(rows.map((row) => row.id))])
  }
  const [companies, people] = [await holders(customer), await holders(contact)]
  return {
    customers: companies.map(({ id, number, name, ownerName }) => ({ id, number, name, ownerName })),
    contacts: people.map(({ customerId, customerName, id, jobTitle, name }) => ({
      id,
      name,
      jobTitle,
      customerId,
      customerName,
    })),
  }
}
