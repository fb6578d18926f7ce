import { interaction } from '@crm/shared/entities/interaction'
import type { RowOf } from '@crm/shared/kernel/entity'
import { sql } from '../../../db/sql.ts'
import { rowsByIds } from '../../../core/rows/rows.ts'
import { visible } from '../../../core/access/scope.ts'
import { newest, olderThan, recordsOf, timelineSource, type TimelineSource } from '../../../core/rows/timeline.ts'
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
export const remindersOfCustomer = timelineSource({
  name: 'reminder',
  kind: 'reminder',
  permission: 'customer.read',
  rows: (read, _actor, customerId, ask) =>
    read
      .selectFrom('reminders') // unscoped: of a customer the reader was let to, done ones show to whoever sees it
      .leftJoin('users', 'users.id', 'reminders.doneById')
      .select(['reminders.id', 'reminders.title', 'reminders.doneAt', 'reminders.notes', 'users.name as actorName'])
      .$call(recordsOf('reminders', customerId))
      .where('reminders.doneAt', 'is not', null)
      .$call(newest('reminders', 'doneAt', ask))
      .execute(),
  tell: ({ actorName, doneAt, notes, title }) => ({
    at: doneAt!,
    actorName,
    title: `完成提醒:${title}`,
    text: notes,
  }),
})
