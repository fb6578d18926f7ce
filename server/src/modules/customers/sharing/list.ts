import { sharing as api, type SharingRequest } from '@crm/shared/contract/sharing'
import { customer } from '@crm/shared/entities/customer'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { visible } from '../../../core/access/scope.ts'
import { both } from '../../../core/rows/filters.ts'
import type { HomeSource } from '../../../core/rows/home.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { isOpenRequest } from './open.ts'

const MOST = 200

/** Requests as the actor may know them: of a customer he may not open the id stays out. */
export function requests(db: Read | Tx, actor: Actor) {
  const isOpen = isOpenRequest(actor)
  const seen = both([
    sql<SqlBool>`customers.${sql.ref('deletedAt')} is null`,
    visible(actor, customer, 'customer.read'),
  ])
  return (db as Read)
    .selectFrom('sharingRequests')
    .innerJoin('customers', 'customers.id', 'sharingRequests.customerId') // unscoped: narrowed by the caller, shown by `seen`
    .innerJoin('users as asker', 'asker.id', 'sharingRequests.askedById')
    .innerJoin('users as owner', 'owner.id', 'sharingRequests.askedOfId')
    .leftJoin('users as decider', 'decider.id', 'sharingRequests.decidedById')
    .select([
      'sharingRequests.id',
      'shownName as customerName',
      'askedById',
      'reason',
      'access',
      'askedAt',
      'expiresAt',
    ])
    .select(['asker.name as askedByName', 'owner.name as askedOfName', 'decider.name as decidedByName'])
    .select(
      sql<number | null>`case when ${seen} then ${sql.ref('sharingRequests.customerId')} else null end`.as(
        'customerId',
      ),
    )
    .select(
      sql<
        SharingRequest['state']
      >`case when ${sql.ref('sharingRequests.state')} <> 'asked' then ${sql.ref('sharingRequests.state')}
        when ${sql.ref('sharingRequests.expiresAt')} <= ${actor.at} then 'expired' when ${isOpen} then 'asked' else 'lapsed' end`.as(
        'state',
      ),
    )
}

/** 待我答复: of customers one owns or may give others to work on; or what one asked for oneself. Newest first. */
export async function listRequests(
  db: Read | Tx,
  actor: Actor,
  { box = 'todo', customerId }: { box?: 'todo' | 'mine'; customerId?: number },
): Promise<{ items: SharingRequest[]; total: number; totalCapped: boolean }> {
  const isMine = sql<SqlBool>`(customers.${sql.ref('ownerId')} = ${actor.id} or ${visible(actor, customer, 'customer.assign')})`
  const rows = await requests(db, actor)
    .$if(box === 'mine', (qb) => qb.where('askedById', '=', actor.id))
    .$if(box === 'todo', (qb) =>
      qb
        .where(isOpenRequest(actor))
        .where(isMine)
        .where(visible(actor, customer, 'customer.read')),
    )
    // Asked by a stranger to it, an id says nothing.
    .$if(customerId !== undefined, (qb) =>
      qb.where('sharingRequests.customerId', '=', customerId!).where(visible(actor, customer, 'customer.read')),
    )
    .orderBy('sharingRequests.id', 'desc')
    .limit(MOST + 1)
    .execute()
  const items = rows.slice(0, MOST)
  return { items, total: items.length, totalCapped: rows.length > MOST }
}

/** What waits for one's own answer. */
export const sharingBlocks: HomeSource = {
  label: '待答复的协作申请',
  permission: 'customer.update',
  async blocks(read, actor, { circle }) {
    if (circle !== 'me') return []
    const { total, totalCapped } = await listRequests(read, actor, {})
    const link = { page: '/collaboration', list: api.list.path, query: {} }
    return total === 0
      ? []
      : [{ key: 'sharing', label: '待答复的协作申请', count: total, capped: totalCapped, tone: 'warn', link }]
  },
}
