import type { customers as api } from '@crm/shared/contract/customers'
import { customer } from '@crm/shared/entities/customer'
import type { Input } from '@crm/shared/kernel/endpoint'
import type { RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import { nameKey } from '@crm/shared/rules/nameKey'
import { type Actor, can } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { crud } from '../../core/rows/crud.ts'
import { forbidden, invalidField } from '../../core/problem.ts'
import { storedRow } from '../../core/rows/rows.ts'
import { ownersWithin } from '../../core/access/scope.ts'
import { nextNumber } from '../../core/rows/sequence.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { removeContactsOf } from './contacts.ts'
import { mustBeFree } from './bound.ts'
import { customerColumns, indexCustomer } from './derived.ts'
import { blocks, duplicateProblem } from './duplicates.ts'
import { createContactsOf, type NewContacts } from './newContacts.ts'
import { handOnReminders, wakeReminders } from './handOn.ts'
import { noteTransfer } from './pools/moves.ts'
import { tellOwners } from './ownerNotices.ts'

export const customers = crud(customer)
type Row = RowOf<typeof customer>
type Stored = Row & { initials: string; searchText: string }
type CreateBody = Input<typeof api.create>['body'] & NewContacts & { overrideReason?: string | null }
type UpdateBody = UpdateOf<typeof customer> & { overrideReason?: string | null }
type Named = { name: string; creditCode?: string | null | undefined }

/** 转移权 is needed to make somebody else the owner, and only within one's own circle. */
async function checkOwner(db: Read | Tx, actor: Actor, ownerId: number): Promise<void> {
  if (ownerId === actor.id) return
  const reach = actor.grants.get('customer.assign')
  if (!reach) throw forbidden('没有把客户交给别人的权限')
  if (reach !== 'all' && !ownersWithin(actor, reach).includes(ownerId))
    throw invalidField('ownerId', '负责人不在你的管理范围内')
  const owner = await db.selectFrom('users').select('disabled').where('id', '=', ownerId).executeTakeFirst()
  if (!owner) throw invalidField('ownerId', '负责人不存在')
  if (owner.disabled === 1) throw invalidField('ownerId', '负责人已停用')
}

/**
 * 查重 inside the transaction: an equal name or code is refused, unless the actor holds the override right and says why;
 * then the twin takes the next number of its name key. Returns that number and whether an override was used.
 */
async function claimName(
  tx: Tx,
  actor: Actor,
  named: Named,
  reason: string | null | undefined,
  exceptId: number | null,
): Promise<{ twinNo: number; overridden: boolean }> {
  const found = await blocks(tx, actor, named, exceptId)
  const overridden = found.length > 0
  if (!overridden) return { twinNo: 0, overridden }
  if (!(reason && can(actor, 'duplicate.override'))) throw await duplicateProblem(tx, actor, found)
  const last = await tx
    .selectFrom('customers') // unscoped: twins are counted over all customers
    .select('twinNo')
    .where('nameKey', '=', nameKey(named.name))
    .where('deletedAt', 'is', null)
    .$if(exceptId !== null, (qb) => qb.where('id', '!=', exceptId!))
    .orderBy('twinNo', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { twinNo: last ? last.twinNo + 1 : 0, overridden }
}

const noteOverride = (tx: Tx, actor: Actor, id: number, reason: string) =>
  audit(tx, actor, { entity: 'customer', recordId: id, action: 'duplicate.override', note: reason })

const numbered = (db: Read | Tx, number: string) =>
  // unscoped: a number is taken whoever has it
  db.selectFrom('customers').select('id').where('number', '=', number).where('deletedAt', 'is', null).executeTakeFirst()

/** Somebody may have typed the next number by hand: then the one after it. */
async function freeNumber(tx: Tx, actor: Actor): Promise<string> {
  for (;;) {
    const number = await nextNumber(tx, 'KH', actor.today)
    if (!(await numbered(tx, number))) return number
  }
}

export async function createCustomer(
  tx: Tx,
  actor: Actor,
  { overrideReason, firstContact, moreContacts, ...body }: CreateBody,
): Promise<Row> {
  const ownerId = body.ownerId ?? (actor.id === 0 ? null : actor.id)
  if (ownerId !== null) await checkOwner(tx, actor, ownerId)
  const { twinNo, overridden } = await claimName(tx, actor, body, overrideReason, null)
  const facts = { ...body, ownerId, number: body.number ?? (await freeNumber(tx, actor)) }
  const columns = customerColumns(facts)
  const received = ownerId === null ? {} : { receivedAt: actor.at }
  const row = await customers.create(tx, actor, facts, { ...columns, twinNo, isLocked: 0, ...received })
  await indexCustomer(tx, row.id, facts, columns, true)
  if (overridden) await noteOverride(tx, actor, row.id, overrideReason!)
  await createContactsOf(tx, actor, row.id, { firstContact: firstContact ?? null, moreContacts: moreContacts ?? [] })
  return row
}

export async function updateCustomer(
  tx: Tx,
  actor: Actor,
  id: number,
  { overrideReason, ...patch }: UpdateBody,
): Promise<Row> {
  await customers.reach(tx, actor, id, 'customer.update')
  const before = (await storedRow(tx, customer, id)) as unknown as Stored & {
    nameKey: string
    twinNo: number
    pooledAt: string | null
  }
  const handed = patch.ownerId !== undefined && patch.ownerId !== before.ownerId
  if (handed) {
    await customers.reach(tx, actor, id, 'customer.assign')
    if (patch.ownerId === null) throw invalidField('ownerId', '负责人不能为空')
    await checkOwner(tx, actor, patch.ownerId!)
  }
  // Who sells does not lift his own limit; of a new customer any limit is stricter than none.
  if (patch.creditFen !== undefined && patch.creditFen !== before.creditFen)
    await customers.reach(tx, actor, id, 'credit.manage')
  if (patch.number === null) throw invalidField('number', '客户编号不能为空')
  const after = { ...before, ...patch }
  const renamed = nameKey(after.name) !== before.nameKey
  const suspect = {
    ...(renamed && { name: after.name }),
    ...(after.creditCode && after.creditCode !== before.creditCode && { creditCode: after.creditCode }),
  }
  const claimed =
    Object.keys(suspect).length > 0
      ? await claimName(tx, actor, { name: before.name, ...suspect } as Named, overrideReason, id)
      : null
  const twinNo = renamed ? claimed!.twinNo : before.twinNo
  const row = await customers.update(tx, actor, id, patch, (stored, kept) => ({
    ...customerColumns({ ...stored, ...kept } as unknown as Row),
    twinNo,
    ...(handed && { receivedAt: actor.at, poolId: null, pooledAt: null, recycleExtendedUntil: null }),
  }))
  if (handed) {
    await noteTransfer(tx, actor, before, patch.ownerId!)
    if (before.ownerId !== null) await handOnReminders(tx, actor, id, before.ownerId, patch.ownerId!)
    else await wakeReminders(tx, actor, before, patch.ownerId!)
    // An owner is no collaborator beside: he would stay one after the next transfer. 合并 and 交接 may have made him one.
    const owners = [patch.ownerId!, ...(before.ownerId === null ? [] : [before.ownerId])]
    await tx
      .deleteFrom('collaborators')
      .where('entity', '=', customer.name)
      .where('recordId', '=', id)
      .where(inIds(tx, 'userId', owners))
      .execute()
  }
  const stored = (await storedRow(tx, customer, id)) as unknown as Stored
  if (stored.searchText !== before.searchText || stored.phone !== before.phone)
    await indexCustomer(tx, id, stored, stored)
  if (claimed?.overridden) await noteOverride(tx, actor, id, overrideReason!)
  if (row.ownerId !== before.ownerId) await tellOwners(tx, actor, row, before.ownerId)
  return row
}

/** The contacts go with their customer and come back with it. */
export async function removeCustomer(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await customers.reach(tx, actor, id, 'customer.delete')
  await mustBeFree(tx, id)
  await customers.remove(tx, actor, id, version)
  await removeContactsOf(tx, actor, id)
  return null
}

export async function transferCustomer(
  tx: Tx,
  actor: Actor,
  id: number,
  { ownerId, version }: { ownerId: number; version: number },
): Promise<Row> {
  await customers.reach(tx, actor, id, 'customer.assign')
  return updateCustomer(tx, actor, id, { ownerId, version })
}
