import { contact } from '@crm/shared/entities/contact'
import type { CreateOf, RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { Selectable } from 'kysely'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { crud } from '../../core/rows/crud.ts'
import { invalidField } from '../../core/problem.ts'
import { snapshot, storedRow } from '../../core/rows/rows.ts'
import { inIds } from '../../db/dialect.ts'
import type { DB } from '../../db/schema.ts'
import type { Tx } from '../../db/store.ts'
import { contactColumns, indexContact } from './derived.ts'

/** A statement takes so many rows of the audit log at once: SQLite binds 32,766 values. */
const AUDIT_ROWS = 500

export const contacts = crud(contact)
type Row = RowOf<typeof contact>

type Stored = Selectable<DB['contacts']>
const liveOf = (tx: Tx, customerId: number) =>
  tx
    .selectFrom('contacts') // unscoped: the customer's own, and that one was reached
    .selectAll()
    .where('customerId', '=', customerId)
    .where('deletedAt', 'is', null)
    .orderBy('id')

/** Changes contacts that somebody else's step takes along, each as if it had been edited: a new version, a line in the audit log. */
async function changeAlong(
  tx: Tx,
  actor: Actor,
  action: string,
  rows: readonly Stored[],
  change: { isPrimary: 0 | 1 } | { deletedAt: string | null },
): Promise<void> {
  if (rows.length === 0) return
  await tx
    .updateTable('contacts')
    .set((e) => ({ ...change, version: e('version', '+', 1), updatedAt: actor.at }))
    .where(
      inIds(
        tx,
        'contacts.id',
        rows.map((row) => row.id),
      ),
    )
    .execute()
  const changes = rows.map((before) => ({
    entity: contact.name,
    recordId: before.id,
    action,
    before: snapshot(contact, before),
    after: snapshot(contact, { ...before, ...change, version: before.version + 1, updatedAt: actor.at }),
  }))
  for (let from = 0; from < changes.length; from += AUDIT_ROWS)
    await audit(tx, actor, changes.slice(from, from + AUDIT_ROWS))
}

/** Each customer has at most one 首要联系人: the new one takes over. */
const demoteOthers = async (tx: Tx, actor: Actor, customerId: number, exceptId: number) =>
  changeAlong(
    tx,
    actor,
    'update',
    await liveOf(tx, customerId).where('isPrimary', '=', 1).where('id', '!=', exceptId).execute(),
    { isPrimary: 0 },
  )

const isFirst = async (tx: Tx, customerId: number) =>
  !(await tx
    .selectFrom('contacts') // unscoped: the customer's own, and that one was reached
    .select('id')
    .where('customerId', '=', customerId)
    .where('deletedAt', 'is', null)
    .limit(1)
    .executeTakeFirst())

/** The first contact of a customer is its primary one without being asked. */
export async function createContact(tx: Tx, actor: Actor, body: CreateOf<typeof contact>): Promise<Row> {
  const isPrimary = body.isPrimary || (await isFirst(tx, body.customerId))
  if (isPrimary) await demoteOthers(tx, actor, body.customerId, 0)
  const columns = contactColumns(body)
  const row = await contacts.create(tx, actor, { birthdayCalendar: 'solar', ...body, isPrimary }, columns)
  await indexContact(tx, row.id, body.customerId, body, columns, true)
  return row
}

export async function updateContact(tx: Tx, actor: Actor, id: number, patch: UpdateOf<typeof contact>): Promise<Row> {
  await contacts.reach(tx, actor, id, 'contact.update')
  const before = (await storedRow(tx, contact, id)) as unknown as Row
  const customerId = patch.customerId ?? before.customerId
  const moved = customerId !== before.customerId
  if (patch.isPrimary === false && Number(before.isPrimary) === 1 && !moved)
    throw invalidField('isPrimary', '请把另一位设为首要联系人')
  // Moved to another customer, a contact does not push that customer's primary aside.
  const isPrimary = moved ? (patch.isPrimary ?? false) || (await isFirst(tx, customerId)) : patch.isPrimary
  if (isPrimary) await demoteOthers(tx, actor, customerId, id)
  const row = await contacts.update(
    tx,
    actor,
    id,
    { ...patch, ...(isPrimary !== undefined && { isPrimary }) },
    (stored, kept) => contactColumns({ ...stored, ...kept } as unknown as Row),
  )
  if (moved) {
    await promoteOne(tx, actor, before.customerId)
    await tx
      .updateTable('documents')
      .set({ customerId })
      .where('subjectType', '=', 'contact')
      .where('subjectId', '=', id)
      .execute()
  }
  const stored = (await storedRow(tx, contact, id)) as unknown as Row & { initials: string }
  await indexContact(tx, id, customerId, stored, stored)
  return row
}

/** A customer with contacts always has a primary one: the oldest takes the empty place. */
export async function promoteOne(tx: Tx, actor: Actor, customerId: number): Promise<void> {
  const rest = await liveOf(tx, customerId).execute()
  if (!rest.some((row) => row.isPrimary === 1))
    await changeAlong(tx, actor, 'update', rest.slice(0, 1), { isPrimary: 1 })
}

/** Into the recycle bin with their customer. */
export const removeContactsOf = async (tx: Tx, actor: Actor, customerId: number) =>
  changeAlong(tx, actor, 'remove', await liveOf(tx, customerId).execute(), { deletedAt: actor.at })

/** Back with their customer: those that went with it at `deletedAt`, not those removed before. */
export async function restoreContactsOf(tx: Tx, actor: Actor, customerId: number, deletedAt: string): Promise<void> {
  const gone = await tx
    .selectFrom('contacts') // unscoped: the customer's own, and that one was reached
    .selectAll()
    .where('customerId', '=', customerId)
    .where('deletedAt', '=', deletedAt)
    .execute()
  await changeAlong(tx, actor, 'restore', gone, { deletedAt: null })
}

export async function removeContact(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await contacts.reach(tx, actor, id, 'contact.delete')
  const { customerId } = (await storedRow(tx, contact, id)) as unknown as Row
  await contacts.remove(tx, actor, id, version)
  await promoteOne(tx, actor, customerId)
  return null
}

/** Comes back beside whoever became primary meanwhile. */
export async function restoreContact(tx: Tx, actor: Actor, id: number): Promise<Row> {
  await contacts.reachRecycled(tx, actor, id)
  const { customerId } = (await storedRow(tx, contact, id)) as unknown as Row
  const parent = await tx
    .selectFrom('customers') // unscoped: the parent of a contact that was reached
    .select('deletedAt')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  if (parent.deletedAt) throw invalidField('customerId', '所属客户在回收站里,请先恢复客户')
  return contacts.restore(tx, actor, id, { isPrimary: (await isFirst(tx, customerId)) ? 1 : 0 })
}
