import type { Selectable } from 'kysely'
import { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { later } from '../../../core/clock.ts'
import { notFound, problem } from '../../../core/problem.ts'
import { nameOfLink, type RecordLink, returnAll, returnKeyed } from '../../../core/rows/recordLinks.ts'
import { type Raw, snapshot, storedRow } from '../../../core/rows/rows.ts'
import type { DB } from '../../../db/schema.ts'
import type { Tx } from '../../../db/store.ts'
import { isActive } from '../../org/service.ts'
import { promoteOne } from '../contacts.ts'
import { customers } from '../customers.ts'
import { keepNext, retrace } from '../followed.ts'
import { tellUnmerged } from '../ownerNotices.ts'
import { indexAgain, moveContacts, reachBoth } from './merge.ts'

/** As long as the recycle bin keeps the other record. */
export const UNDO_MS = 30 * 24 * 3_600_000
type Row = RowOf<typeof customer>
type Merge = Selectable<DB['customerMerges']>
/** Follow-ups and reminders move these on: they follow from what hangs on each record afterwards. */
const MOVES_ON = new Set(['lastFollowUpAt', 'lastValidFollowUpAt', 'nextReminderAt'])

const refuse = (detail: string) => problem('illegal_move', detail)

/**
 * Takes a merge back: both records, and all that hung on them, as they were. What was added to the survivor since stays there.
 * Refused, with the reason, where somebody has changed since what the merge had decided.
 */
export async function undoMerge(
  tx: Tx,
  actor: Actor,
  links: readonly RecordLink[],
  id: number,
): Promise<{ customer: Row; restored: Row }> {
  const merge = await tx.selectFrom('customerMerges').selectAll().where('id', '=', id).executeTakeFirst()
  if (!merge) throw notFound('客户')
  const { loserId, survivorId } = merge
  const [survivor, loser] = [await storedRow(tx, customer, survivorId), await storedRow(tx, customer, loserId)]
  if (!survivor || !loser) throw notFound('客户')
  if (survivor['deletedAt'] === null) await reachSurvivor(tx, actor, survivorId)
  else await customers.reachRecycled(tx, actor, survivorId)
  if (merge.undoneAt !== null) throw refuse('这次合并已经撤销过')
  if (later(merge.mergedAt, UNDO_MS) < actor.at) throw refuse('合并已超过 30 天,不能撤销')
  if (survivor['deletedAt'] !== null)
    throw refuse(
      survivor['mergedIntoId'] === null
        ? '保留的客户在回收站里,请先恢复它'
        : '保留的客户后来又合并到别的客户,请先撤销那一次',
    )
  const before = changedBack(merge, survivor)
  const loserBefore = JSON.parse(merge.loserBefore) as Raw
  await checkPlace(tx, merge, { ...survivor, ...before }, loserBefore)

  const back = { ...before, version: (survivor['version'] as number) + 1, updatedAt: actor.at }
  await tx.updateTable('customers').set(back).where('id', '=', survivorId).execute()
  const live = {
    deletedAt: null,
    mergedIntoId: null,
    version: (loser['version'] as number) + 1,
    updatedAt: actor.at,
    ...(await ownerInstead(tx, actor, loser, { ...survivor, ...before })),
  }
  await tx.updateTable('customers').set(live).where('id', '=', loserId).execute()
  await moveContacts(tx, actor, survivorId, loserId, () => returnLinks(tx, merge, links))
  await tx.updateTable('customerMerges').set({ undoneAt: actor.at }).where('id', '=', id).execute()
  for (const one of [survivorId, loserId]) {
    await promoteOne(tx, actor, one)
    await retrace(tx, one)
  }
  await keepNext(tx, survivorId, loserId)
  await indexAgain(tx, survivorId, { ...survivor, ...before } as unknown as Row, Object.keys(before))
  await tx.updateTable('duplicateGroups').set({ state: 'pending', mergeId: null }).where('mergeId', '=', id).execute()
  const line = async (recordId: number, was: Raw, note: string) => ({
    entity: 'customer',
    recordId,
    action: 'merge.undo',
    before: snapshot(customer, was, was),
    after: snapshot(customer, (await storedRow(tx, customer, recordId))!, (await storedRow(tx, customer, recordId))!),
    note,
  })
  await audit(tx, actor, [
    await line(survivorId, survivor, `撤销合并 ${String(loser['name'])}`),
    await line(loserId, loser, `撤销合并到 ${String(survivor['name'])}`),
  ])
  const rows = {
    customer: await customers.find(tx, actor, survivorId),
    restored: await showRestored(tx, actor, loserId),
  }
  await tellUnmerged(tx, actor, survivor['ownerId'] as number | null, [rows.customer, rows.restored])
  return rows
}

/** Where the owner has left since, the survivor's has both. */
async function ownerInstead(tx: Tx, { at }: Actor, loser: Raw, survivor: Raw): Promise<Raw> {
  const [had, has] = [loser['ownerId'], survivor['ownerId']] as (number | null)[]
  if (had === null || (await isActive(tx, had!)) || !(await isActive(tx, has!))) return {}
  return { ownerId: has, receivedAt: at }
}

const reachSurvivor = (tx: Tx, actor: Actor, id: number) => reachBoth(tx, actor, [id])
/** The other one must lie in the actor's circle too, or nobody could say what became of it. */
async function showRestored(tx: Tx, actor: Actor, id: number): Promise<Row> {
  await reachBoth(tx, actor, [id])
  return customers.find(tx, actor, id)
}

/** The survivor's columns as they were; refused where one has been changed since by hand. */
function changedBack(merge: Merge, survivor: Raw): Raw {
  const [was, became] = [JSON.parse(merge.survivorBefore) as Raw, JSON.parse(merge.survivorAfter) as Raw]
  const touched = Object.keys(became).filter((key) => survivor[key] !== became[key] && !MOVES_ON.has(key))
  const labels = touched.flatMap((key) => {
    const field = (customer.fields as Readonly<Record<string, { label: string }>>)[key]
    return field ? [field.label] : []
  })
  if (touched.length > 0)
    throw refuse(`合并后又修改过${labels.join('、') || '名称'},不能自动撤销;请改回合并时的内容再撤销`)
  return Object.fromEntries(
    Object.keys(became)
      .filter((key) => !MOVES_ON.has(key))
      .map((key) => [key, was[key] ?? null]),
  )
}

/** Number and name of both must still be free. */
async function checkPlace(tx: Tx, { loserId, survivorId }: Merge, ...rows: readonly Raw[]): Promise<void> {
  for (const row of rows) {
    const taken = await tx
      .selectFrom('customers') // unscoped: a number or a name is taken whoever has it
      .select('name')
      .where('deletedAt', 'is', null)
      .where('id', 'not in', [loserId, survivorId])
      .where((eb) =>
        eb.or([
          eb('number', '=', row['number'] as string),
          eb.and([eb('nameKey', '=', row['nameKey'] as string), eb('twinNo', '=', row['twinNo'] as number)]),
        ]),
      )
      .limit(1)
      .executeTakeFirst()
    if (taken) throw refuse(`合并后新建的客户“${taken.name}”占用了原来的名称或编号,不能撤销`)
  }
}

async function returnLinks(tx: Tx, { id, loserId, survivorId }: Merge, links: readonly RecordLink[]): Promise<void> {
  // unscoped: contacts of customers that were reached
  const demoted = await tx
    .selectFrom('customerMergeRows')
    .select('rowId')
    .where('mergeId', '=', id)
    .where('kind', '=', 'demoted')
    .executeTakeFirst()
  for (const each of links) {
    if (each.stays) continue
    const link = nameOfLink(each)
    if (each.table === 'contacts') await restPrimaries(tx, id, link, survivorId)
    const rows = tx.selectFrom('customerMergeRows').where('mergeId', '=', id).where('link', '=', link)
    if (each.key)
      await returnKeyed(tx, each, survivorId, loserId, await rows.select(['kind', 'data']).orderBy('id').execute())
    else await returnAll(tx, each, survivorId, loserId, rows.where('kind', '=', 'moved').select('rowId'))
  }
  if (demoted)
    await sql`update ${sql.table('contacts')} set ${sql.ref('isPrimary')} = 1
      where id = ${demoted.rowId} and ${sql.ref('customerId')} = ${loserId} and ${sql.ref('deletedAt')} is null`.execute(
      tx,
    )
  await sql`update ${sql.table('phoneNumbers')} set ${sql.ref('customerId')} = ${loserId}
    where entity = 'contact' and ${sql.ref('recordId')} in (select id from ${sql.table('contacts')} where ${sql.ref('customerId')} = ${loserId})`.execute(
    tx,
  )
}

/** Where a primary was put aside, none of those that go back may come as a second one. */
async function restPrimaries(tx: Tx, mergeId: number, link: string, survivorId: number): Promise<void> {
  const put = tx
    .selectFrom('customerMergeRows')
    .select('rowId')
    .where('mergeId', '=', mergeId)
    .where('kind', '=', 'demoted')
  if (!(await put.executeTakeFirst())) return
  await sql`update ${sql.table('contacts')} set ${sql.ref('isPrimary')} = 0 where ${sql.ref('customerId')} = ${survivorId} and ${sql.ref('isPrimary')} = 1
    and id in (select ${sql.ref('rowId')} from ${sql.table('customerMergeRows')} where ${sql.ref('mergeId')} = ${mergeId} and link = ${link} and kind = 'moved')`.execute(
    tx,
  )
}
