import type { interactions as api, SavedInteraction } from '@crm/shared/contract/interactions'
import { interaction } from '@crm/shared/entities/interaction'
import type { Input } from '@crm/shared/kernel/endpoint'
import type { RowOf } from '@crm/shared/kernel/entity'
import { type Actor, can } from '../../../core/access/actor.ts'
import { later } from '../../../core/clock.ts'
import { crud } from '../../../core/rows/crud.ts'
import { forbidden, invalidField } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { attachDocuments } from '../../contracts/documents/service.ts'
import { noteFollowUp, retrace } from '../../customers/service.ts'
import { createReminder, removeReminder } from '../reminders/service.ts'

export const interactions = crud(interaction)
type Row = RowOf<typeof interaction>
type Stored = Row & { readonly counts: 0 | 1 }

/** A browser's clock may be ahead a little; more than that is a plan, not a follow-up. */
const AHEAD_MS = 10 * 60_000
/** As noteFollowUp has it: typed up the next morning it still counts. */
const COUNTS_FOR_MS = 24 * 3_600_000
const TITLE_CHARS = 100

const stored = async (tx: Tx, id: number) => (await storedRow(tx, interaction, id)) as unknown as Stored | undefined

function momentOf(actor: Actor, followedAt: string | null | undefined): string {
  if (!followedAt || followedAt <= actor.at) return followedAt ?? actor.at
  if (followedAt > later(actor.at, AHEAD_MS)) throw invalidField('followedAt', '跟进时间不能晚于现在')
  return actor.at
}

async function checkContact(tx: Tx, customerId: number, contactId: number | null | undefined): Promise<void> {
  if (!contactId) return
  const found = await tx
    .selectFrom('contacts') // unscoped: of a customer the actor was let to
    .select('id')
    .where('id', '=', contactId)
    .where('customerId', '=', customerId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!found) throw invalidField('contactId', '联系人不属于这个客户')
}

/** The record, its trace on the customer, its files and the reminder of the next date: all or nothing. */
export async function createInteraction(
  tx: Tx,
  actor: Actor,
  { documentIds, followedAt, remind, ...body }: Input<typeof api.create>['body'],
): Promise<SavedInteraction> {
  const at = momentOf(actor, followedAt)
  const row = await interactions.create(tx, actor, { ...body, followedAt: at }, { authorId: actor.id, counts: 0 })
  const { contactId, customerId, customerName, id } = row
  await checkContact(tx, customerId, contactId)
  if (await noteFollowUp(tx, actor, customerId, { followedAt: at, text: row.text }))
    await tx.updateTable('interactions').set({ counts: 1 }).where('id', '=', id).execute()
  if (documentIds && documentIds.length > 0)
    await attachDocuments(tx, actor, documentIds, 'interaction', id, customerId)
  if (!remind) return { interaction: row, reminder: null }
  if (!can(actor, 'reminder.create')) throw forbidden('没有新建提醒的权限')
  if (remind.dueAt <= actor.at) throw invalidField('remind.dueAt', '提醒时间应在现在之后')
  const title = remind.title ?? [...`跟进 ${customerName}`].slice(0, TITLE_CHARS).join('')
  const {
    dueAt,
    id: reminderId,
    version,
  } = await createReminder(tx, actor, {
    title,
    dueAt: remind.dueAt,
    customerId,
    contactId,
    interactionId: id,
  })
  return { interaction: row, reminder: { id: reminderId, version, dueAt } }
}

/** Whoever wrote it may mend and withdraw it as far as he may write there. */
function asWriter(actor: Actor, row: Stored | undefined): Actor {
  const reach = actor.grants.get('interaction.create')
  if (row?.authorId !== actor.id || !reach) return actor
  const grants = new Map(actor.grants)
  for (const verb of ['interaction.update', 'interaction.delete']) if (!grants.has(verb)) grants.set(verb, reach)
  return { ...actor, grants }
}

export async function updateInteraction(
  tx: Tx,
  actor: Actor,
  id: number,
  patch: Input<typeof api.update>['body'],
): Promise<Row> {
  const before = await stored(tx, id)
  const writer = asWriter(actor, before)
  await interactions.reach(tx, writer, id, 'interaction.update')
  const { counts, createdAt, customerId, followedAt } = before!
  const moved = patch.followedAt !== undefined && patch.followedAt !== followedAt
  const at = moved ? momentOf(actor, patch.followedAt) : followedAt
  if (patch.contactId !== before!.contactId) await checkContact(tx, customerId, patch.contactId)
  const counting = counts === 1 && at <= createdAt && at >= later(createdAt, -COUNTS_FOR_MS)
  const row = await interactions.update(tx, writer, id, { ...patch, ...(moved && { followedAt: at }) }, () => ({
    counts: counting ? 1 : 0,
  }))
  if (moved) await retrace(tx, customerId)
  return row
}

/** The reminder written with it goes along while nobody has touched it. */
export async function removeInteraction(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  const before = await stored(tx, id)
  await interactions.remove(tx, asWriter(actor, before), id, version)
  const reminder = await tx
    .selectFrom('reminders') // unscoped: written with a record the actor was let to
    .select(['id', 'version'])
    .where('interactionId', '=', id)
    .where('assigneeId', '=', actor.id)
    .where('version', '=', 1)
    .where('doneAt', 'is', null)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (reminder && can(actor, 'reminder.delete')) await removeReminder(tx, actor, reminder.id, reminder.version)
  await retrace(tx, before!.customerId)
  return null
}

export async function restoreInteraction(tx: Tx, actor: Actor, id: number): Promise<Row> {
  const row = await interactions.restore(tx, actor, id)
  await retrace(tx, row.customerId)
  return row
}
