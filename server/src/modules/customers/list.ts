import { customer } from '@crm/shared/entities/customer'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Actor } from '../../core/access/actor.ts'
import { among } from '../../db/among.ts'
import type { ListExtra } from '../../core/rows/list.ts'
import type { Read, Tx } from '../../db/store.ts'
import { customers } from './customers.ts'
import { owingFilter, owingSorts } from './owing.ts'
import { dueToPool } from './pools/leaving.ts'
import { searching } from './search.ts'
import { silenceFilters } from './silence/silent.ts'

/** `teamId=`: customers whose owner works there now. */
const ofTeams = (ids: unknown): Expression<SqlBool>[] =>
  Array.isArray(ids)
    ? [
        sql<SqlBool>`${sql.ref('customers.ownerId')} in (select id from ${sql.table('users')} where ${among(sql.ref('teamId'), ids as number[])})`,
      ]
    : []

/** `collaborator=me`: what colleagues share with the reader; what he owns himself he works on anyway. */
const sharedWith = (actor: Actor, who: unknown): Expression<SqlBool>[] =>
  who === 'me'
    ? [
        sql<SqlBool>`${sql.ref('customers.id')} in (select ${sql.ref('recordId')} from ${sql.table('collaborators')}
          where entity = ${sql.lit(customer.name)} and ${sql.ref('userId')} = ${actor.id})`,
      ]
    : []

/** `leavesWithin=7`: customers that fall into a pool within so many days unless somebody acts. */
const leaving = async (db: Read | Tx, actor: Actor, days: unknown, zone: string) =>
  typeof days === 'number' ? [(await dueToPool(db, actor, days, zone)).where] : []

/** The customers' list as the API and 工作台 ask for it. */
export const listCustomers = async (
  db: Read | Tx,
  actor: Actor,
  query: ListQuery,
  { heavy, zone }: Pick<ListExtra, 'heavy'> & { readonly zone: string },
): Promise<Page<RowOf<typeof customer>>> =>
  customers.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofTeams(query['teamId']),
      ...sharedWith(actor, query['collaborator']),
      ...(await silenceFilters(db, actor, query, zone)),
      ...(await leaving(db, actor, query['leavesWithin'], zone)),
      ...owingFilter(actor, query['owing']),
    ],
    sorts: owingSorts(actor),
    ...searching(db, actor, customer, query.q),
  })
