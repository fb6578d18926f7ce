import type { SearchReply } from '@crm/shared/contract/customers'
import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import type { Entity, RowOf } from '@crm/shared/kernel/entity'
import { otherWays, phoneDigits } from '@crm/shared/rules/phone'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from '../../core/access/actor.ts'
import { invalidField } from '../../core/problem.ts'
import { rowsByIds } from '../../core/rows/rows.ts'
import { visible } from '../../core/access/scope.ts'
import type { Read } from '../../db/store.ts'

/** A switchboard that hundreds share names nobody. */
const MOST = 20

/** The same line, whether it was written down with its area code or without, and whether the switchboard shows it. */
function isLine(digits: string): Expression<SqlBool> {
  const own = sql.ref<string>('phoneNumbers.digits')
  const { isLocal, local } = otherWays(digits)
  if (local !== null) return sql<SqlBool>`${own} in (${digits}, ${local})`
  if (!isLocal) return sql<SqlBool>`${own} = ${digits}`
  // Area codes are 010, 02x and 03xx to 09xx.
  return sql<SqlBool>`${sql.ref('phoneNumbers.lastFour')} = ${digits.slice(-4)} and (${own} in (${digits}, ${`010${digits}`})
    or ${own} like ${`02_${digits}`} or (${own} like ${`0___${digits}`} and ${own} >= '03'))`
}

/** Who calls: customers and contacts with this very number, however it is written, as far as the reader may see them. */
export async function findByPhone(read: Read, actor: Actor, phone: string): Promise<Omit<SearchReply, 'records'>> {
  const digits = phoneDigits(phone)
  if (digits === null) throw invalidField('phone', '这不是电话号码')
  const holders = async <E extends Entity>(entity: E): Promise<RowOf<E>[]> => {
    if (!can(actor, `${entity.name}.read`)) return []
    const id = sql.ref(`${entity.table}.id`)
    const { rows } = await sql<{
      id: number
    }>`select ${id} as id from ${sql.table('phoneNumbers')} cross join ${sql.table(entity.table)}
      where ${isLine(digits)} and ${sql.ref('phoneNumbers.entity')} = ${sql.lit(entity.name)}
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
