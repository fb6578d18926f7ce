import type { Reminder, SubjectShown } from '@crm/shared/contract/reminders'
import { customer } from '@crm/shared/entities/customer'
import { entityOf } from '@crm/shared/entities/index'
import { type ReminderSubject, reminderSubjects } from '@crm/shared/entities/reminder'
import type { Entity } from '@crm/shared/kernel/entity'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { rowsByIds, storedRow } from '../../../core/rows/rows.ts'
import { visible } from '../../../core/access/scope.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'

/** Of these rows, those within the actor's sight, with the day they went into the recycle bin. */
async function within(db: Read | Tx, actor: Actor, entity: Entity, ids: readonly number[]) {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: number; deletedAt: string | null }>`select id, ${sql.ref('deletedAt')}
    from ${sql.table(entity.table)} where ${inIds(db, `${entity.table}.id`, ids)}
    and ${visible(actor, entity, `${entity.name}.read`)}`.execute(db as Tx)
  return rows
}
const seen = async (
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  ids: readonly number[],
): Promise<ReadonlySet<number>> =>
  new Set((await within(db, actor, entity, ids)).flatMap(({ deletedAt, id }) => (deletedAt === null ? [id] : [])))

/** Which of these live records the actor may look at. */
export const customersSeen = (db: Read | Tx, actor: Actor, ids: readonly number[]) => seen(db, actor, customer, ids)
export const subjectsSeen = (db: Read | Tx, actor: Actor, type: ReminderSubject, ids: readonly number[]) =>
  seen(db, actor, entityOf(type), ids)

/** Whoever reads the customer need not read what a colleague spent on it: such a reminder is about no customer. */
export async function customerOf(db: Read | Tx, type: ReminderSubject, id: number): Promise<number | null> {
  if (type === 'expense') return null
  return (await storedRow(db, entityOf(type), id))!['customerId'] as number
}

type Row = Readonly<Record<string, unknown>>
/** An instalment is told by its document. */
function titleOf(type: ReminderSubject, row: Row): string {
  const title = String(row[entityOf(type).title])
  const document = type === 'receivable' ? (row['orderName'] ?? row['contractName']) : null
  return document ? `${String(document)} ${title}` : title
}
function stateOf(row: Row): SubjectShown['state'] {
  if (row['deletedAt']) return 'deleted'
  return row['state'] === 'void' || row['voidedOn'] ? 'void' : 'live'
}

const TYPES = Object.keys(reminderSubjects) as ReminderSubject[]
/** What the reminders are about, by type and id, each as the actor may see it. */
async function subjectsOf(db: Read | Tx, actor: Actor, rows: readonly Reminder[]): Promise<Map<string, SubjectShown>> {
  const found = new Map<string, SubjectShown>()
  for (const type of TYPES) {
    const ids = [...new Set(rows.flatMap((row) => (row.subjectType === type ? (row.subjectId ?? []) : [])))]
    const entity = entityOf(type)
    const mine = (await within(db, actor, entity, ids)).map(({ id }) => id)
    for (const row of await rowsByIds(db, actor, entity, mine))
      found.set(`${type} ${row.id}`, { type, id: row.id, title: titleOf(type, row), state: stateOf(row) })
  }
  return found
}

/** The rows with what they are about, without the names of what has passed out of the reader's sight. */
export async function named<R extends Reminder>(db: Read | Tx, actor: Actor, rows: readonly R[]): Promise<R[]> {
  const may = await customersSeen(db, actor, [...new Set(rows.flatMap((row) => row.customerId ?? []))])
  const subjects = await subjectsOf(db, actor, rows)
  return rows.map((row) => {
    const { subjectId: id, subjectType: type } = row
    const unseen = { type, id, title: '', state: 'unseen' }
    const subject = type === null ? {} : { subject: subjects.get(`${type} ${id}`) ?? unseen }
    return row.customerId === null || may.has(row.customerId)
      ? { ...row, ...subject }
      : { ...row, ...subject, customerId: null, customerName: null, contactId: null, contactName: null }
  }) as R[]
}
export const shown = async (db: Read | Tx, actor: Actor, row: Reminder): Promise<Reminder> =>
  (await named(db, actor, [row]))[0]!
