import { interaction } from '@crm/shared/entities/interaction'
import { sql } from 'kysely'
import type { RowOf } from '@crm/shared/kernel/entity'
import { rowsByIds } from '../../../core/rows.ts'
import { visible } from '../../../core/scope.ts'
import { olderThan, type TimelineSource } from '../../../core/timeline.ts'
import { documentsOf } from '../../contracts/documents/service.ts'
import { commentsOf } from './comments.ts'

/** Follow-ups with what colleagues said and the files that came with them. */
export const followUpsOfCustomer: TimelineSource = {
  name: 'interaction',
  kinds: ['followUp'],
  permission: 'interaction.read',
  async entries(read, actor, customerId, { before, size }) {
    const { rows: found } = await sql<{ id: number }>`select id from ${sql.table(interaction.table)}
      where ${sql.ref('interactions.customerId')} = ${customerId} and ${sql.ref('interactions.deletedAt')} is null
        and ${olderThan('interactions.followedAt', 'interactions.id', before)} and ${visible(actor, interaction, 'interaction.read')}
      order by ${sql.ref('followedAt')} desc, id desc limit ${sql.lit(size)}`.execute(read as never)
    const ids = found.map(({ id }) => id)
    const rows: RowOf<typeof interaction>[] = await rowsByIds(read, actor, interaction, ids)
    const comments = await commentsOf(read, ids)
    const files = await documentsOf(read, actor, 'interaction', ids)
    return rows.map((row) => ({
      key: `interaction-${row.id}`,
      kind: 'followUp',
      id: row.id,
      at: row.followedAt,
      actorName: row.authorName,
      title: '',
      text: row.text,
      interaction: row,
      comments: comments.get(row.id) ?? [],
      files: files.get(row.id) ?? [],
    }))
  },
}

/** What was to be done and is. */
export const remindersOfCustomer: TimelineSource = {
  name: 'reminder',
  kinds: ['reminder'],
  permission: 'customer.read',
  async entries(read, _actor, customerId, { before, size }) {
    const rows = await read
      .selectFrom('reminders') // unscoped: of a customer the reader was let to, done ones show to whoever sees it
      .leftJoin('users', 'users.id', 'reminders.doneById')
      .select(['reminders.id', 'reminders.title', 'reminders.doneAt', 'reminders.notes', 'users.name as actorName'])
      .where('reminders.customerId', '=', customerId)
      .where('reminders.doneAt', 'is not', null)
      .where('reminders.deletedAt', 'is', null)
      .where(olderThan('reminders.doneAt', 'reminders.id', before))
      .orderBy('reminders.doneAt', 'desc')
      .orderBy('reminders.id', 'desc')
      .limit(size)
      .execute()
    return rows.map(({ actorName, doneAt, id, notes, title }) => ({
      key: `reminder-${id}`,
      kind: 'reminder',
      id,
      at: doneAt!,
      actorName,
      title: `完成提醒:${title}`,
      text: notes,
    }))
  },
}
