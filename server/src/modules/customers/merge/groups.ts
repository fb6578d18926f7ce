import type { Expression, SqlBool } from 'kysely'
import type {
  DuplicateGroup,
  duplicates as api,
  DuplicatePage,
  GroupMember,
  GroupState,
} from '@crm/shared/contract/duplicates'
import { customer } from '@crm/shared/entities/customer'
import type { Input } from '@crm/shared/kernel/endpoint'
import { maskPhone } from '@crm/shared/rules/phone'
import { sql } from '../../../db/sql.ts'
import { type Actor, can } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { both } from '../../../core/rows/filters.ts'
import { notFound, problem } from '../../../core/problem.ts'
import { visible } from '../../../core/access/scope.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { finishedReport, latestReport } from './report.ts'

const DEEPEST = 10_000
type Query = Input<typeof api.list>['query']

/** Whoever may see one of a group is told of the others what 查重 tells anybody: name, owner and state. */
const touches = (actor: Actor): Expression<SqlBool> =>
  actor.grants.get('duplicate.manage') === 'all' && actor.grants.get('customer.read') === 'all'
    ? sql<SqlBool>`1 = 1`
    : sql<SqlBool>`exists (select 1 from ${sql.table('duplicateMembers')} m join ${sql.table('customers')} on ${sql.ref('customers.id')} = ${sql.ref('m.customerId')}
      where ${sql.ref('m.groupId')} = ${sql.ref('duplicateGroups.id')} and ${visible(actor, customer, 'duplicate.manage')} and ${visible(actor, customer, 'customer.read')})`

export async function listGroups(
  read: Read,
  actor: Actor,
  { kind, page = 1, size = 20, state }: Query,
): Promise<DuplicatePage> {
  if (page * size > DEEPEST) throw problem('page_too_deep', `最多翻到第 ${DEEPEST} 组`)
  const [report, done] = [await latestReport(read), await finishedReport(read)]
  if (!done) return { items: [], total: 0, totalCapped: false, nextCursor: null, report }
  const where = both([
    sql<SqlBool>`${sql.ref('duplicateGroups.reportId')} = ${done.id}`,
    sql<SqlBool>`${sql.ref('duplicateGroups.state')} = ${state ?? 'pending'}`,
    ...(kind ? [sql<SqlBool>`${sql.ref('duplicateGroups.kind')} = ${kind}`] : []),
    touches(actor),
  ])
  const db = read as unknown as Tx
  const groups = await db
    .selectFrom('duplicateGroups')
    .selectAll()
    .where(where)
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  const { n } = await db
    .selectFrom('duplicateGroups')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where(where)
    .executeTakeFirstOrThrow()
  const members = await membersOf(
    read,
    actor,
    groups.map(({ id }) => id),
  )
  const items = groups.map(({ id, kind: by, shared, size: count, state: now }): DuplicateGroup => {
    const own = members.get(id) ?? []
    const isWhole = own.every(({ isSeen }) => isSeen)
    return {
      id,
      kind: by,
      state: now,
      shared: isWhole ? said(by, shared) : null,
      members: own.map(({ isSeen: _isSeen, ...member }) => member),
      more: Math.max(0, count - own.length),
    }
  })
  return { items, total: n, totalCapped: false, nextCursor: null, report }
}

type Seen = GroupMember & { readonly isSeen: boolean }
const said = (kind: DuplicateGroup['kind'], shared: string): string => (kind === 'phone' ? maskPhone(shared) : shared)

async function membersOf(read: Read, actor: Actor, groupIds: readonly number[]): Promise<Map<number, Seen[]>> {
  if (groupIds.length === 0) return new Map()
  const rows = await (read as unknown as Tx)
    .selectFrom('duplicateMembers')
    .innerJoin('customers', 'customers.id', 'duplicateMembers.customerId') // unscoped: 查重 tells name, owner and state only
    .leftJoin('users', 'users.id', 'customers.ownerId')
    .leftJoin('contacts', 'contacts.id', 'duplicateMembers.contactId') // unscoped: as above; its name only where the customer may be opened
    .select([
      'duplicateMembers.groupId',
      'customers.id',
      'customers.version',
      'customers.name',
      'customers.deletedAt',
      'customers.mergedIntoId',
      'customers.updatedAt',
      'users.name as ownerName',
      'contacts.name as contactName',
    ])
    .select(sql<number>`case when ${visible(actor, customer, 'customer.read')} then 1 else 0 end`.as('open'))
    .where(inIds(read, 'duplicateMembers.groupId', groupIds))
    .orderBy('duplicateMembers.id')
    .execute()
  const found = new Map<number, Seen[]>()
  for (const { contactName, deletedAt, groupId, id, mergedIntoId, name, open, ownerName, updatedAt, version } of rows) {
    const list = found.get(groupId) ?? []
    const state = mergedIntoId === null ? (deletedAt === null ? 'live' : 'recycled') : 'merged'
    const isSeen = open === 1
    const isOpen = isSeen && state === 'live'
    list.push({
      isSeen,
      id: isOpen ? id : null,
      version: isOpen ? version : null,
      name,
      ownerName,
      state,
      contactName: isSeen && can(actor, 'contact.read') ? contactName : null,
      updatedAt: isSeen ? updatedAt : null,
    })
    found.set(groupId, list)
  }
  return found
}

/** 这一组不是重复: it stays out of later reports too, until another record joins it. */
export async function ignoreGroup(tx: Tx, actor: Actor, id: number, ignored: boolean): Promise<{ state: GroupState }> {
  const group = await tx
    .selectFrom('duplicateGroups')
    .selectAll()
    .where('id', '=', id)
    .where(touches(actor))
    .executeTakeFirst()
  if (!group) throw notFound('疑似重复')
  if (group.state === 'merged') throw problem('illegal_move', '这一组已经合并')
  const state = ignored ? 'ignored' : 'pending'
  if (state === group.state) return { state }
  await tx.updateTable('duplicateGroups').set({ state }).where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: 'duplicate',
    recordId: id,
    action: ignored ? 'ignore' : 'reopen',
    before: { state: group.state },
    after: { state },
  })
  return { state }
}
