import * as api from '@crm/shared/contract/reminders'
import { reminder } from '@crm/shared/entities/reminder'
import type { Router } from '../../../core/http/bind.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { containing } from '../../../core/rows/wordSearch.ts'
import { customers } from '../../customers/service.ts'
import { readCalendar } from './calendar.ts'
import { closeFeed, feedOf, openFeed, readFeed } from './feed.ts'
import { holidayYears, replaceHolidays } from './holidays.ts'
import { completeReminder, reopenReminder, snoozeReminder } from './moves.ts'
import { createReminder, reminders, removeReminder, restoreReminder, updateReminder } from './reminders.ts'
import { named, shown } from './sight.ts'
import { countReminders, remindersOfCustomer, remindersOfRecord, within } from './windows.ts'

export function reminderRoutes({ open, read, write }: Router, { clock, store, zone }: ModuleDeps): void {
  read(api.reminders.list, async (db, { actor, query: { window, ...query }, heavy }) => {
    const asked = window as api.ReminderWindow | undefined
    const page = await reminders.list(db, actor, asked === 'done' ? { sort: '-dueAt', ...query } : query, {
      heavy,
      where: [
        ...(containing(reminder, ['title'], query.q) ?? []),
        ...(asked ? [within(asked, actor.today, zone)] : []),
      ],
    })
    return { ...page, items: await named(db, actor, page.items) }
  })
  read(api.reminders.get, async (db, { actor, params }) => shown(db, actor, await reminders.find(db, actor, params.id)))
  write(api.reminders.create, async (tx, { actor, body }) => shown(tx, actor, await createReminder(tx, actor, body)))
  write(api.reminders.update, async (tx, { actor, params, body }) =>
    shown(tx, actor, await updateReminder(tx, actor, params.id, body)),
  )
  write(api.reminders.remove, (tx, { actor, params, query }) => removeReminder(tx, actor, params.id, query.version))
  write(api.reminders.restore, async (tx, { actor, params }) =>
    shown(tx, actor, await restoreReminder(tx, actor, params.id)),
  )
  read(api.reminders.counts, (db, { actor, query }) => countReminders(db, actor, query.assigneeId, zone))
  write(api.reminders.done, async (tx, { actor, params }) =>
    shown(tx, actor, await completeReminder(tx, actor, params.id, zone)),
  )
  write(api.reminders.reopen, async (tx, { actor, params }) =>
    shown(tx, actor, await reopenReminder(tx, actor, params.id)),
  )
  write(api.reminders.snooze, async (tx, { actor, params, body }) =>
    shown(tx, actor, await snoozeReminder(tx, actor, params.id, body, zone)),
  )
  read(api.reminders.ofCustomer, async (db, { actor, params }) => {
    await customers.reach(db, actor, params.id, 'customer.read')
    return { items: await remindersOfCustomer(db, actor, params.id) }
  })

  read(api.reminders.ofRecord, async (db, { actor, query: { subjectId, subjectType } }) => ({
    items: await remindersOfRecord(db, actor, subjectType, subjectId),
  }))

  read(api.reminders.feed, (db, { actor }) => feedOf(db, actor))
  write(api.reminders.openFeed, (tx, { actor }) => openFeed(tx, actor))
  write(api.reminders.closeFeed, (tx, { actor }) => closeFeed(tx, actor))
  open(api.calendar.ics, async ({ params }, { reply }) => {
    const text = await readFeed(store.read, clock, params.file)
    return reply.type('text/calendar; charset=utf-8').header('cache-control', 'private, no-cache').send(text)
  })

  read(api.calendar.read, (db, { actor, query }) => readCalendar(db, actor, query, zone))
  read(api.holidays.read, (db) => holidayYears(db))
  write(api.holidays.replace, (tx, { actor, body }) => replaceHolidays(tx, actor, body))
}
