import { customer } from '@crm/shared/entities/customer'
import { reminder } from '@crm/shared/entities/reminder'
import type { CreateOf, RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import { sql } from 'kysely'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import { visible } from '../../../core/access/scope.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { keepNext } from '../../customers/service.ts'
import { isActive, loadRights } from '../../org/service.ts'

export const reminders = crud(reminder)
export type Reminder = RowOf<typeof reminder>
/** A row as the table keeps it, the columns nobody sees included. */
export type Stored = Raw & {
  readonly id: number
  readonly version: number
  readonly dueAt: string
  readonly plannedAt: string
  readonly anchorAt: string
  readonly repeat: Reminder['repeat']
  readonly repeatUntil: string | null
  readonly assigneeId: number
  readonly customerId: number | null
  readonly contactId: number | null
  readonly createdById: number | null
  readonly doneAt: string | null
  readonly nextId: number | null
}
export const stored = async (tx: Tx, id: number): Promise<Stored> => (await storedRow(tx, reminder, id)) as Stored

/** Which of these customers the actor may look at. */
async function seen(db: Read | Tx, actor: Actor, ids: readonly number[]): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: number }>`select id from ${sql.table(customer.table)}
    where ${inIds(db, 'customers.id', ids)} and ${sql.ref('deletedAt')} is null and ${visible(actor, customer, 'customer.read')}`.execute(
    db as Tx,
  )
  return new Set(rows.map((row) => row.id))
}

/** The rows without the names of customers that have passed out of the reader's sight. */
export async function named<R extends Reminder>(db: Read | Tx, actor: Actor, rows: readonly R[]): Promise<R[]> {
  const may = await seen(db, actor, [...new Set(rows.flatMap((row) => row.customerId ?? []))])
  return rows.map((row) =>
    row.customerId === null || may.has(row.customerId)
      ? row
      : { ...row, customerId: null, customerName: null, contactId: null, contactName: null },
  )
}
export const shown = async (db: Read | Tx, actor: Actor, row: Reminder): Promise<Reminder> =>
  (await named(db, actor, [row]))[0]!

const EARLIEST = '2000-01-01'
const LATEST = '2199-01-01'
/** Within the years the calendar of the product knows. */
export function checkInstant(field: string, instant: string): void {
  if (instant < EARLIEST || instant >= LATEST) throw invalidField(field, '时间应在 2000 年到 2198 年之间')
}

const unseen = (field: string, label: string) => {
  const message = `${label}不存在或无权查看`
  return problem('not_found', message, { errors: [{ field, message }] })
}

interface Aim {
  readonly assigneeId: number
  readonly customerId: number | null
  readonly contactId: number | null
}

/** A contact brings its customer along; another customer's contact is refused. */
async function withCustomer(tx: Tx, aim: Aim): Promise<Aim> {
  if (aim.contactId === null) return aim
  const found = await tx
    .selectFrom('contacts') // unscoped: its customer is checked next
    .select('customerId')
    .where('id', '=', aim.contactId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!found) throw unseen('contactId', '联系人')
  if (aim.customerId !== null && aim.customerId !== found.customerId)
    throw invalidField('contactId', '联系人不属于这个客户')
  return { ...aim, customerId: found.customerId }
}

/** The writer must see the customer, and so must whoever is to do it: a reminder opens no door. */
async function checkAim(tx: Tx, actor: Actor, { assigneeId, contactId, customerId }: Aim): Promise<void> {
  if (customerId !== null && !(await seen(tx, actor, [customerId])).has(customerId))
    throw contactId === null ? unseen('customerId', '客户') : unseen('contactId', '联系人')
  if (assigneeId === actor.id) return
  const rights = await loadRights(tx as unknown as Read, assigneeId)
  if (!rights) throw invalidField('assigneeId', '这位同事不存在或已停用')
  if (customerId !== null && !(await seen(tx, { ...actor, ...rights }, [customerId])).has(customerId))
    throw invalidField('assigneeId', `${rights.name}看不到这个客户,不能交给他`)
}

/** `interactionId`: the follow-up it is written with, in the same transaction. */
export async function createReminder(
  tx: Tx,
  actor: Actor,
  { interactionId = null, ...body }: CreateOf<typeof reminder> & { interactionId?: number | null },
): Promise<Reminder> {
  checkInstant('dueAt', body.dueAt)
  const assigneeId = body.assigneeId ?? actor.id
  if (assigneeId === 0) throw invalidField('assigneeId', '请说明由谁做')
  const aim = await withCustomer(tx, {
    assigneeId,
    customerId: body.customerId ?? null,
    contactId: body.contactId ?? null,
  })
  await checkAim(tx, actor, aim)
  const row = await reminders.create(
    tx,
    actor,
    { repeat: 'none', ...body, ...aim },
    { interactionId, plannedAt: body.dueAt, anchorAt: body.dueAt, createdById: actor.id === 0 ? null : actor.id },
  )
  await keepNext(tx, aim.customerId)
  return row
}

export async function updateReminder(
  tx: Tx,
  actor: Actor,
  id: number,
  patch: UpdateOf<typeof reminder>,
): Promise<Reminder> {
  await reminders.reach(tx, actor, id, 'reminder.update')
  if (patch.dueAt !== undefined) checkInstant('dueAt', patch.dueAt)
  const before = await stored(tx, id)
  if (patch.assigneeId === null) throw invalidField('assigneeId', '由谁做不能为空')
  const moved = patch.customerId !== undefined && patch.customerId !== before.customerId
  const asked: Aim = {
    assigneeId: patch.assigneeId ?? before.assigneeId,
    customerId: patch.customerId === undefined ? before.customerId : patch.customerId,
    contactId: patch.contactId === undefined ? (moved ? null : before.contactId) : patch.contactId,
  }
  // A form sends all it shows: what says the same again moves nothing, least of all the day of the month of a series.
  const isMoved = patch.dueAt !== undefined && patch.dueAt !== before.dueAt
  const isRescheduled = isMoved || (patch.repeat !== undefined && patch.repeat !== before.repeat)
  const plannedAt = isMoved ? patch.dueAt : before.plannedAt
  const isAimed =
    asked.assigneeId !== before.assigneeId ||
    asked.customerId !== before.customerId ||
    asked.contactId !== before.contactId
  const aim = isAimed ? await withCustomer(tx, asked) : asked
  if (isAimed) await checkAim(tx, actor, aim)
  const row = await reminders.update(tx, actor, id, { ...patch, ...aim }, () => ({
    ...(isRescheduled && { plannedAt, anchorAt: plannedAt }),
    // Whoever is to do it now has not been told of it.
    ...(aim.assigneeId !== before.assigneeId && { firedFor: null }),
  }))
  await keepNext(tx, before.customerId, aim.customerId)
  return row
}

export async function removeReminder(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await reminders.remove(tx, actor, id, version)
  await keepNext(tx, (await stored(tx, id)).customerId)
  return null
}

export async function restoreReminder(tx: Tx, actor: Actor, id: number): Promise<Reminder> {
  await reminders.reachRecycled(tx, actor, id)
  // Whoever was to do it may have left since.
  const isTaken = actor.id !== 0 && !(await isActive(tx, (await stored(tx, id)).assigneeId))
  const row = await reminders.restore(tx, actor, id, isTaken ? { assigneeId: actor.id } : {})
  await keepNext(tx, row.customerId)
  return row
}
