import type { CreditGroup, CreditGroupInput, CreditOfGroup } from '@crm/shared/contract/credit'
import { formatYuan } from '@crm/shared/money'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField, notFound, problem, stale } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { exposureOf } from './exposure.ts'

const LABEL = '集团'
const COLUMNS = ['id', 'version', 'name', 'creditFen'] as const

export async function listGroups(db: Read | Tx): Promise<{ items: CreditGroup[] }> {
  const items = await (db as Read)
    .selectFrom('creditGroups')
    .leftJoin('creditGroupMembers', 'creditGroupMembers.groupId', 'creditGroups.id')
    .leftJoin('customers', (to) => to.onRef('customers.id', '=', 'customerId').on('customers.deletedAt', 'is', null)) // unscoped: only counted
    .select(['creditGroups.id', 'creditGroups.version', 'creditGroups.name', 'creditGroups.creditFen'])
    .select((eb) => eb.fn.count<number>('customers.id').as('customerCount'))
    .groupBy(['creditGroups.id', 'creditGroups.version', 'creditGroups.name', 'creditGroups.creditFen'])
    .orderBy('creditGroups.name')
    .execute()
  return { items: items.map((row) => ({ ...row, customerCount: Number(row.customerCount) })) }
}
const shown = async (tx: Tx, id: number): Promise<CreditGroup> => {
  const found = (await listGroups(tx)).items.find((group) => group.id === id)
  if (!found) throw notFound(LABEL)
  return found
}

/** 409 naming the field: two groups of one name cannot be told apart. */
async function checkName(tx: Tx, name: string, id = 0): Promise<void> {
  const taken = await tx
    .selectFrom('creditGroups')
    .select('id')
    .where('name', '=', name)
    .where('id', '<>', id)
    .executeTakeFirst()
  if (!taken) return
  const message = `集团“${name}”已经有了`
  throw problem('taken', message, { errors: [{ field: 'name', message }] })
}

export async function createGroup(tx: Tx, actor: Actor, { creditFen, name }: CreditGroupInput): Promise<CreditGroup> {
  await checkName(tx, name)
  const { id } = await tx
    .insertInto('creditGroups')
    .values({ name, creditFen, version: 1, createdAt: actor.at, updatedAt: actor.at })
    .returning('id')
    .executeTakeFirstOrThrow()
  await audit(tx, actor, { entity: 'creditGroup', recordId: id, action: 'create', after: { name, creditFen } })
  return shown(tx, id)
}

export async function updateGroup(
  tx: Tx,
  actor: Actor,
  id: number,
  { creditFen, name, version }: CreditGroupInput & { readonly version: number },
): Promise<CreditGroup> {
  const before = await shown(tx, id)
  if (before.version !== version) throw stale(LABEL, before)
  await checkName(tx, name, id)
  const set = { name, creditFen, version: version + 1, updatedAt: actor.at }
  await tx.updateTable('creditGroups').set(set).where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: 'creditGroup',
    recordId: id,
    action: 'update',
    before: { name: before.name, creditFen: before.creditFen },
    after: { name, creditFen },
  })
  return shown(tx, id)
}

/** Its companies stand for themselves again. */
export async function removeGroup(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  const before = await shown(tx, id)
  if (before.version !== version) throw stale(LABEL, before)
  await tx.deleteFrom('creditGroupMembers').where('groupId', '=', id).execute()
  await tx.deleteFrom('creditGroups').where('id', '=', id).execute()
  const { creditFen, name } = before
  await audit(tx, actor, { entity: 'creditGroup', recordId: id, action: 'remove', before: { name, creditFen } })
  return null
}

export const groupOf = (db: Read | Tx, customerId: number) =>
  (db as Read)
    .selectFrom('creditGroupMembers') // unscoped: of a customer the caller has reached
    .innerJoin('creditGroups', 'creditGroups.id', 'creditGroupMembers.groupId')
    .select(COLUMNS.map((column) => `creditGroups.${column}` as const))
    .where('creditGroupMembers.customerId', '=', customerId)
    .executeTakeFirst()

/** Into a group, or out of it (null). The caller has reached the customer. */
export async function joinGroup(tx: Tx, customerId: number, groupId: number | null): Promise<void> {
  await tx.deleteFrom('creditGroupMembers').where('customerId', '=', customerId).execute()
  if (groupId === null) return
  const there = await tx.selectFrom('creditGroups').select('id').where('id', '=', groupId).executeTakeFirst()
  if (!there) throw invalidField('groupId', '集团不存在')
  await tx.insertInto('creditGroupMembers').values({ customerId, groupId }).execute()
}

/**
 * What the companies of a group take up together. What one of them paid ahead is no security for another: it never counts below
 * zero. Of the others nothing but the sum is said: who reads this customer need not see them.
 */
export async function creditOfGroup(
  db: Read | Tx,
  actor: Actor,
  customerId: number,
  ownFen: number,
): Promise<CreditOfGroup | null> {
  const group = await groupOf(db, customerId)
  if (!group) return null
  const others = await (db as Read)
    .selectFrom('creditGroupMembers')
    .innerJoin('customers', 'customers.id', 'creditGroupMembers.customerId') // unscoped: their sum is all that is said
    .select('customers.id')
    .where('groupId', '=', group.id)
    .where('customers.id', '<>', customerId)
    .where('customers.deletedAt', 'is', null)
    .execute()
  let othersFen = 0
  for (const { id } of others) othersFen += Math.max(0, (await exposureOf(db, id, actor.today)).exposureFen)
  const exposureFen = Math.max(0, ownFen) + othersFen
  const { creditFen, id, name } = group
  return { id, name, creditFen, othersCount: others.length, othersFen, exposureFen, leftFen: creditFen - exposureFen }
}

/** What the group's limit says against an order, in words. */
export const groupFindings = (group: CreditOfGroup | null): string[] =>
  group === null || group.leftFen >= 0
    ? []
    : [
        `集团“${group.name}”共占用 ${formatYuan(group.exposureFen)} 元,超过集团额度 ${formatYuan(group.creditFen)} 元,超 ${formatYuan(-group.leftFen)} 元`,
      ]
