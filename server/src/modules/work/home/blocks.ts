import { interactions as followUps } from '@crm/shared/contract/interactions'
import { MOST_UNREAD, notifications } from '@crm/shared/contract/notifications'
import { reminders as api, type Reminder, type ReminderWindow } from '@crm/shared/contract/reminders'
import type { HomeBlock } from '@crm/shared/contract/home'
import { addDays, type Day } from '@crm/shared/days'
import { weekdayOf } from '@crm/shared/rules/workdays'
import { boundsOf } from '@crm/shared/rules/zoned'
import { later } from '../../../core/clock.ts'
import { counted, type HomeAsk, type HomeSource } from '../../../core/rows/home.ts'
import { interactions, peopleOf } from '../interactions/service.ts'
import { unreadOf } from '../notifications/queries.ts'
import { named, reminders, within } from '../reminders/service.ts'

const SHOWN = 8
type Words = Readonly<Record<string, string>>
const assigned = ({ people }: HomeAsk): Words => (people === null ? {} : { assigneeId: people })
const written = ({ people }: HomeAsk): Words => (people === null ? {} : { authorId: people })

/** How the page of reminders says whose it shows. */
const whoOf = ({ circle, people }: HomeAsk): Words => ({
  who: circle === 'me' || circle === 'person' ? people! : 'all',
})

/** What is to be done today, and what should have been before. */
export const reminderBlocks: HomeSource = {
  label: '待办',
  permission: 'reminder.read',
  async blocks(read, actor, ask) {
    const blocks: HomeBlock[] = []
    const shown = [
      ['today', '今日待办', 'plain'],
      ['overdue', '逾期待办', 'bad'],
    ] as const satisfies readonly (readonly [ReminderWindow, string, HomeBlock['tone']])[]
    for (const [window, label, tone] of shown) {
      const { found, ...block } = await counted<Reminder>(
        api.list,
        '/reminders',
        (query) => reminders.list(read, actor, query, { where: [within(window, actor.today, ask.zone)] }),
        { label, query: { window, ...assigned(ask) }, size: SHOWN },
      )
      if (block.count > 0)
        blocks.push({
          ...block,
          link: { ...block.link, also: whoOf(ask) },
          key: window,
          tone,
          rows: { of: 'reminder', items: await named(read, actor, found) },
        })
    }
    return blocks
  },
}

/** The bell, where one looks at oneself. */
export const noticeBlocks: HomeSource = {
  label: '未读通知',
  permission: null,
  async blocks(read, actor, { circle }) {
    if (circle !== 'me') return []
    const count = await unreadOf(read, actor.id)
    const link = { page: '/notifications', list: notifications.list.path, query: { unread: 'true' } }
    return count === 0
      ? []
      : [{ key: 'unread', label: '未读通知', count, capped: count >= MOST_UNREAD, tone: 'plain', link }]
  },
}

/** Monday of the day's week. */
const mondayOf = (day: Day): Day => addDays(day, -((weekdayOf(day) + 6) % 7))
/** From the first to the last moment of so many days. */
function span(from: Day, days: number, zone: string): { followedAtFrom: string; followedAtTo: string } {
  return {
    followedAtFrom: boundsOf(from, zone).from,
    followedAtTo: later(boundsOf(addDays(from, days - 1), zone).to, -1),
  }
}

/** Follow-ups of this week against the last, and today's by person where one looks at several. */
export const followUpBlocks: HomeSource = {
  label: '跟进',
  permission: 'interaction.read',
  async blocks(read, actor, ask) {
    const count = async (label: string, query: Words) => {
      const look = (asked: Parameters<typeof interactions.list>[2]) => interactions.list(read, actor, asked)
      const { found: _, ...number } = await counted(followUps.list, '/follow-ups', look, {
        label,
        query: { ...written(ask), ...query },
      })
      return number
    }
    const monday = mondayOf(actor.today)
    const week = await count('本周跟进', span(monday, 7, ask.zone))
    const before = await count('上周', span(addDays(monday, -7), 7, ask.zone))
    const blocks: HomeBlock[] =
      week.count + before.count > 0 ? [{ ...week, key: 'followUps', tone: 'plain', before }] : []
    if (ask.circle === 'me' || ask.circle === 'person') return blocks
    const today = span(actor.today, 1, ask.zone)
    const day = await count('今日跟进', today)
    if (day.count === 0) return blocks
    const { items } = await peopleOf(read, actor, {
      ...today,
      ...(ask.people && { authorId: ask.people.split(',').map(Number) }),
    })
    return [...blocks, { ...day, key: 'people', tone: 'plain', rows: { of: 'person', items } }]
  },
}
