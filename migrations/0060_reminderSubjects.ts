import { addColumns, createIndex, type Db } from './helpers.ts'

export const name = '0060_reminderSubjects'

/** Reminders of any record: an order, a receipt, an invoice. */
export async function up(db: Db): Promise<void> {
  await addColumns(db, 'reminders', (t) => t.text('subjectType').integer('subjectId'))
  await createIndex(db, 'reminders', ['subjectType', 'subjectId', 'doneAt', 'dueAt'], {
    where: '"subjectType" is not null',
    name: 'reminders_of_subject',
  })
}
