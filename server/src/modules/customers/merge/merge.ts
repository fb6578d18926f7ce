import type { Expression } from 'kysely'
import type { merges as api, Side } from '@crm/shared/contract/duplicates'
import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import { writableFields } from '@crm/shared/kernel/endpoint'
import type { Input } from '@crm/shared/kernel/endpoint'
import type { RowOf } from '@crm/shared/kernel/entity'
import { isMany } from '@crm/shared/kernel/field'
import { nameKey } from '@crm/shared/rules/nameKey'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField, problem, ProblemError, stale } from '../../../core/problem.ts'
import { moveAll, moveKeyed, nameOfLink, type RecordLink } from '../../../core/rows/recordLinks.ts'
import { type Raw, snapshot, storedRow } from '../../../core/rows/rows.ts'
import { visible } from '../../../core/access/scope.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { customers } from '../customers.ts'
import { customerColumns, indexCustomer } from '../derived.ts'
import { lastValidAmong } from '../followed.ts'
import { tellMerged } from '../ownerNotices.ts'

export type Body = Input<typeof api.merge>['body']
type Row = RowOf<typeof customer>
/** What a person chooses between. Tags and collaborators of both are kept. */
const CHOSEN = Object.entries(writableFields(customer)).flatMap(([key, field]) => (isMany(field) ? [] : [key]))

/** 合并 needs both rights on both records. */
export async function reachBoth(db: Read | Tx, actor: Actor, ids: readonly number[]): Promise<void> {
  for (const id of ids)
    for (const permission of ['customer.delete', 'customer.update']) await customers.reach(db, actor, id, permission)
}

/** The same answer for one out of sight and one that does not exist, at the field that named it. */
async function reachOther(tx: Tx, actor: Actor, id: number): Promise<void> {
  try {
    await reachBoth(tx, actor, [id])
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const message = error.code === 'not_found' ? '被合并的客户不存在或无权查看' : error.message
    throw problem(error.code, message, { errors: [{ field: 'otherId', message }] })
  }
}

/**
 * Makes `otherId` part of `id`, in one transaction however much hangs on it: each kind of child moves by two statements. The other
 * one goes into the recycle bin and says where it went; everything is written down for `undoMerge`.
 */
export async function mergeCustomers(
  tx: Tx,
  actor: Actor,
  links: readonly RecordLink[],
  id: number,
  { fields, otherId, otherVersion, version }: Body,
): Promise<{ mergeId: number; customer: Row }> {
  await reachBoth(tx, actor, [id])
  if (otherId === id) throw invalidField('otherId', '请选择另一条客户')
  await reachOther(tx, actor, otherId)
  const [survivor, loser] = [(await storedRow(tx, customer, id))!, (await storedRow(tx, customer, otherId))!]
  if (survivor['version'] !== version) throw stale('保留的客户', await customers.find(tx, actor, id))
  if (loser['version'] !== otherVersion) throw stale('被合并的客户', await customers.find(tx, actor, otherId))
  const chosen = chosenFrom(survivor, loser, fields ?? {})
  if (chosen['ownerId'] !== undefined) await customers.reach(tx, actor, id, 'customer.assign')
  await checkCredit(tx, actor, { survivor, loser, chosen })

  const gone = { deletedAt: actor.at, mergedIntoId: id, version: otherVersion + 1, updatedAt: actor.at }
  await tx.updateTable('customers').set(gone).where('id', '=', otherId).execute()
  const facts = { ...survivor, ...chosen } as unknown as Row
  // A follow-up of one who does not work on it now was for another stay: it does not keep this owner's from the pool.
  const valid = await lastValidAmong(tx, [id, otherId], facts.ownerId)
  const after = {
    ...chosen,
    ...ownedBy(survivor, loser, chosen),
    ...latest(survivor, loser),
    ...(valid !== (survivor['lastValidFollowUpAt'] ?? null) && { lastValidFollowUpAt: valid }),
    ...('name' in chosen && { twinNo: await freeTwin(tx, facts.name, id) }),
    ...derivedChange(survivor, facts),
  }
  const columns = { ...after, version: version + 1, updatedAt: actor.at }
  await tx.updateTable('customers').set(columns).where('id', '=', id).execute()

  const { id: mergeId } = await tx
    .insertInto('customerMerges')
    .values({
      survivorId: id,
      loserId: otherId,
      survivorBefore: JSON.stringify(survivor),
      survivorAfter: JSON.stringify(after),
      loserBefore: JSON.stringify(loser),
      byUserId: actor.id === 0 ? null : actor.id,
      byName: actor.name,
      mergedAt: actor.at,
      undoneAt: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await moveContacts(tx, actor, otherId, id, async () => {
    await demote(tx, mergeId, otherId, id)
    // Into a pool nobody's collaborators come along.
    const isPooled = facts.ownerId === null && facts.poolId !== null
    await moveLinks(tx, mergeId, isPooled ? links.filter(({ table }) => table !== 'collaborators') : links, otherId, id)
  })
  await indexAgain(tx, id, facts, Object.keys(after))
  await settleGroups(tx, mergeId, otherId)
  await audit(tx, actor, [
    {
      entity: 'customer',
      recordId: id,
      action: 'merge',
      before: snapshot(customer, survivor, survivor),
      after: snapshot(customer, { ...survivor, ...columns }, (await storedRow(tx, customer, id))!),
      note: `合并了 ${String(loser['name'])}(${String(loser['number'])})`,
    },
    {
      entity: 'customer',
      recordId: otherId,
      action: 'mergedAway',
      before: snapshot(customer, loser, loser),
      after: snapshot(customer, { ...loser, ...gone }),
      note: `合并到 ${facts.name}(${facts.number})`,
    },
  ])
  const merged = await customers.find(tx, actor, id)
  await tellMerged(tx, actor, merged, [survivor, loser] as unknown as Row[])
  return { mergeId, customer: merged }
}

const FOUND_BY = ['name', 'shortName', 'number', 'creditCode', 'email', 'phone']
/** Search and numbers follow what people typed. */
export async function indexAgain(tx: Tx, id: number, facts: Row, changed: readonly string[]): Promise<void> {
  if (changed.some((key) => FOUND_BY.includes(key)))
    await indexCustomer(tx, id, facts, { initials: customerColumns(facts).initials })
}

/** Only what really changes: taking an equal value from the other side is no change. */
function chosenFrom(survivor: Raw, loser: Raw, fields: Readonly<Record<string, Side>>): Raw {
  const unknown = Object.keys(fields).find((key) => !CHOSEN.includes(key))
  if (unknown !== undefined) throw invalidField(`fields.${unknown}`, `没有可以选择的字段“${unknown}”`)
  const taken = CHOSEN.filter((key) => fields[key] === 'other' && loser[key] !== survivor[key])
  if (taken.includes('ownerId') && loser['ownerId'] === null) throw invalidField('fields.ownerId', '负责人不能为空')
  return Object.fromEntries(taken.map((key) => [key, loser[key]]))
}

/** Who sells lifts no limit, not by 合并 either: of two the lower one stays, unless somebody chooses who answers for credit. */
async function checkCredit(
  tx: Tx,
  actor: Actor,
  { chosen, loser, survivor }: Readonly<Record<'chosen' | 'loser' | 'survivor', Raw>>,
): Promise<void> {
  const limitOf = (row: Raw) => (row['creditFen'] as number | null) ?? Number.POSITIVE_INFINITY
  if (limitOf({ ...survivor, ...chosen }) <= Math.min(limitOf(survivor), limitOf(loser))) return
  const { rows } =
    await sql`select 1 from ${sql.table(customer.table)} where ${sql.ref('customers.id')} = ${survivor['id']}
    and ${visible(actor, customer, 'credit.manage')}`.execute(tx)
  if (rows.length > 0) return
  const message = '没有设置信用额度的权限,只能取较低的一个'
  throw problem('forbidden', message, { errors: [{ field: 'fields.creditFen', message }] })
}

/** With the other one's owner comes since when he has it; out of 公海 it goes. */
function ownedBy(survivor: Raw, loser: Raw, chosen: Raw): Raw {
  if (chosen['ownerId'] === undefined) return {}
  const columns = { poolId: null, pooledAt: null, receivedAt: loser['receivedAt'] ?? null }
  return Object.fromEntries(Object.entries(columns).filter(([key, value]) => (survivor[key] ?? null) !== value))
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1)
/** What follow-ups and reminders have left on both. */
function latest(survivor: Raw, loser: Raw): Raw {
  const ends = { lastFollowUpAt: 'max', nextReminderAt: 'min' } as const
  const found = Object.entries(ends).flatMap(([key, end]) => {
    const [a, b] = [survivor[key], loser[key]].filter((value) => typeof value === 'string').toSorted(byText)
    const value = (end === 'max' ? (b ?? a) : a) ?? null
    return value === (survivor[key] ?? null) ? [] : [[key, value] as const]
  })
  return Object.fromEntries(found)
}

function derivedChange(survivor: Raw, facts: Row): Raw {
  const derived = Object.entries(customerColumns(facts))
  return Object.fromEntries(derived.filter(([key, value]) => value !== survivor[key]))
}

async function freeTwin(tx: Tx, name: string, exceptId: number): Promise<number> {
  const last = await tx
    .selectFrom('customers') // unscoped: twins are counted over all customers
    .select('twinNo')
    .where('nameKey', '=', nameKey(name))
    .where('deletedAt', 'is', null)
    .where('id', '!=', exceptId)
    .orderBy('twinNo', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last ? last.twinNo + 1 : 0
}

async function moveLinks(
  tx: Tx,
  mergeId: number,
  links: readonly RecordLink[],
  fromId: number,
  toId: number,
): Promise<void> {
  for (const each of links) {
    if (each.stays) continue
    const link = nameOfLink(each)
    const write = async (ids: Expression<unknown>) =>
      void (await sql`insert into ${sql.table('customerMergeRows')} (${sql.ref('mergeId')}, link, kind, ${sql.ref('rowId')})
        select ${sql.lit(mergeId)}, ${sql.lit(link)}, 'moved', moved.id from (${ids}) moved`.execute(tx))
    if (!each.key) await moveAll(tx, each, fromId, toId, write)
    else
      for (const row of await moveKeyed(tx, each, fromId, toId))
        await tx
          .insertInto('customerMergeRows')
          .values({ mergeId, link, ...row })
          .execute()
  }
  await tx
    .updateTable('phoneNumbers')
    .set({ customerId: toId })
    .where('entity', '=', 'contact')
    .where('customerId', '=', fromId)
    .execute()
}

/** One 首要联系人 for both: the survivor's, if it has one. */
async function demote(tx: Tx, mergeId: number, fromId: number, toId: number): Promise<void> {
  const primaryOf = (customerId: number) =>
    tx
      .selectFrom('contacts') // unscoped: of a customer that was reached
      .select('id')
      .where('customerId', '=', customerId)
      .where('isPrimary', '=', 1)
      .where('deletedAt', 'is', null)
      .executeTakeFirst()
  const [theirs, ours] = [await primaryOf(fromId), await primaryOf(toId)]
  if (!theirs || !ours) return
  await tx.updateTable('contacts').set({ isPrimary: 0 }).where('id', '=', theirs.id).execute()
  await tx
    .insertInto('customerMergeRows')
    .values({ mergeId, link: 'contacts.customerId', kind: 'demoted', rowId: theirs.id, data: null })
    .execute()
}

/** Does `move`, and writes into the audit log what it made of the contacts of `fromId`. */
export async function moveContacts(
  tx: Tx,
  actor: Actor,
  fromId: number,
  toId: number,
  move: () => Promise<void>,
): Promise<void> {
  const before = await tx
    .selectFrom('contacts') // unscoped: of a customer that was reached
    .selectAll()
    .where('customerId', '=', fromId)
    .execute()
  await move()
  const now = new Map(
    (
      await tx
        .selectFrom('contacts') // unscoped: the same ones, where they are now
        .selectAll()
        .where('customerId', '=', toId)
        .execute()
    ).map((row) => [row.id, row]),
  )
  const changes = before.flatMap((row) => {
    const after = now.get(row.id)
    return after
      ? [
          {
            entity: contact.name,
            recordId: row.id,
            action: 'update',
            before: snapshot(contact, row),
            after: snapshot(contact, after),
          },
        ]
      : []
  })
  for (let at = 0; at < changes.length; at += 500) await audit(tx, actor, changes.slice(at, at + 500))
}

/** Groups of the report in which nothing is left to merge. */
async function settleGroups(tx: Tx, mergeId: number, loserId: number): Promise<void> {
  const [id, state, size] = ['id', 'state', 'size'].map((name) => sql.ref(`duplicateGroups.${name}`))
  const groupId = sql.ref('m.groupId')
  await sql`update ${sql.table('duplicateGroups')} set state = 'merged', ${sql.ref('mergeId')} = ${mergeId}
    where ${state} = 'pending' and ${id} in (select ${sql.ref('groupId')} from ${sql.table('duplicateMembers')} where ${sql.ref('customerId')} = ${loserId})
    and ${size} - (select count(distinct ${sql.ref('m.customerId')}) from ${sql.table('duplicateMembers')} m
      join ${sql.table('customers')} c on c.id = ${sql.ref('m.customerId')} where ${groupId} = ${id} and ${sql.ref('c.mergedIntoId')} is not null) < 2`.execute(
    tx,
  )
}
