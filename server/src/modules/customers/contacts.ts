import { contact } from '@crm/shared/entities/contact'
import type { CreateOf, RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../core/actor.ts'
import { crud } from '../../core/crud.ts'
import { invalidField } from '../../core/problem.ts'
import { storedRow } from '../../core/rows.ts'
import type { Tx } from '../../db/store.ts'
import { contactColumns, indexContact } from './derived.ts'

export const contacts = crud(contact)
type Row = RowOf<typeof contact>

/** Each customer has at most one 首要联系人: the new one takes over. */
const demoteOthers = (tx: Tx, customerId: number, exceptId: number) =>
  tx.updateTable('contacts').set({ isPrimary: 0 }).where('customerId', '=', customerId).where('isPrimary', '=', 1).where('id', '!=', exceptId).execute()

const isFirst = async (tx: Tx, customerId: number) => !(await tx.selectFrom('contacts').select('id').where('customerId', '=', customerId).where('deletedAt', 'is', null).limit(1).executeTakeFirst())

/** The first contact of a customer is its primary one without being asked. */
export async function createContact(tx: Tx, actor: Actor, body: CreateOf<typeof contact>): Promise<Row> {
  const isPrimary = body.isPrimary || (await isFirst(tx, body.customerId))
  if (isPrimary) await demoteOthers(tx, body.customerId, 0)
  const columns = contactColumns(body)
  const row = await contacts.create(tx, actor, { birthdayCalendar: 'solar', ...body, isPrimary }, columns)
  await indexContact(tx, row.id, body.customerId, body, columns)
  return row
}

export async function updateContact(tx: Tx, actor: Actor, id: number, patch: UpdateOf<typeof contact>): Promise<Row> {
  await contacts.reach(tx, actor, id, 'contact.update')
  const before = (await storedRow(tx, contact, id)) as unknown as Row
  const customerId = patch.customerId ?? before.customerId
  const moved = customerId !== before.customerId
  if (patch.isPrimary === false && Number(before.isPrimary) === 1 && !moved) throw invalidField('isPrimary', '请把另一位设为首要联系人')
  // Moved to another customer, a contact does not push that customer's primary aside.
  const isPrimary = moved ? (patch.isPrimary ?? false) || (await isFirst(tx, customerId)) : patch.isPrimary
  if (isPrimary) await demoteOthers(tx, customerId, id)
  const row = await contacts.update(tx, actor, id, { ...patch, ...(isPrimary !== undefined && { isPrimary }) }, (stored, kept) => contactColumns({ ...stored, ...kept } as unknown as Row))
  if (moved) await promoteOne(tx, before.customerId)
  const stored = (await storedRow(tx, contact, id)) as unknown as Row & { initials: string }
  await indexContact(tx, id, customerId, stored, stored)
  return row
}

/** A customer with contacts always has a primary one: the oldest takes the empty place. */
export async function promoteOne(tx: Tx, customerId: number): Promise<void> {
  const rest = await tx.selectFrom('contacts').select(['id', 'isPrimary']).where('customerId', '=', customerId).where('deletedAt', 'is', null).orderBy('id').execute()
  if (rest.length > 0 && !rest.some((r) => r.isPrimary === 1)) await tx.updateTable('contacts').set({ isPrimary: 1 }).where('id', '=', rest[0]!.id).execute()
}

export async function removeContact(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await contacts.reach(tx, actor, id, 'contact.delete')
  const { customerId } = (await storedRow(tx, contact, id)) as unknown as Row
  await contacts.remove(tx, actor, id, version)
  await promoteOne(tx, customerId)
  return null
}

/** Comes back beside whoever became primary meanwhile. */
export async function restoreContact(tx: Tx, actor: Actor, id: number): Promise<Row> {
  await contacts.reachRecycled(tx, actor, id)
  const { customerId } = (await storedRow(tx, contact, id)) as unknown as Row
  const parent = await tx.selectFrom('customers').select('deletedAt').where('id', '=', customerId).executeTakeFirstOrThrow()
  if (parent.deletedAt) throw invalidField('customerId', '所属客户在回收站里,请先恢复客户')
  return contacts.restore(tx, actor, id, { isPrimary: (await isFirst(tx, customerId)) ? 1 : 0 })
}
