import { reminder, reminderSubjects, type ReminderSubject } from '../entities/reminder.ts'
import { crudEndpoints, endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { day, instant, integer, option, text } from '../kernel/field.ts'
import { group, list } from '../kernel/schema.ts'

/** The record a reminder is about, as its reader may see it: `unseen` is out of his sight, or gone for good. */
export interface SubjectShown {
  readonly type: ReminderSubject
  readonly id: number
  /** What people call it: DD202611-0007. Empty where it is unseen. */
  readonly title: string
  readonly state: 'live' | 'void' | 'deleted' | 'unseen'
}
export type Reminder = RowOf<typeof reminder> & {
  /** Of one that is about a record. */
  readonly subject?: SubjectShown
}

/** By the days of the company: `today` is all of today, `overdue` what earlier days left open, `week` the seven days after today. */
export const windows = {
  overdue: '逾期',
  today: '今天',
  week: '未来 7 天',
  later: '以后',
  open: '未完成',
  done: '已完成',
} as const
export type ReminderWindow = keyof typeof windows
export const snoozes = {
  hour: '1 小时后',
  tomorrow: '明天',
  nextWorkday: '下一工作日',
  nextMonday: '下周一',
} as const
export type Snooze = keyof typeof snoozes
export type ReminderCounts = Readonly<Record<'overdue' | 'today' | 'week' | 'later', number>>
/** Whether the signed-in user's calendar can be read elsewhere, since when. */
export interface Feed {
  readonly createdAt: string | null
}

const PEOPLE = { as: 'ids', max: 100, label: '由谁做' } as const
export const reminders = {
  ...crudEndpoints(reminder, {
    query: { window: { as: 'oneOf', values: Object.keys(windows) as ReminderWindow[], label: '时段' } },
  }),
  counts: endpoint<ReminderCounts>()('GET', '/api/reminders/counts', 'reminder.read', {
    summary: '各时段未完成的提醒数',
    query: { assigneeId: PEOPLE },
  }),
  done: endpoint<Reminder>()('POST', '/api/reminders/:id/done', 'reminder.update', {
    summary: '完成提醒',
    params: ID_PARAM,
  }),
  reopen: endpoint<Reminder>()('POST', '/api/reminders/:id/reopen', 'reminder.update', {
    summary: '撤销完成',
    params: ID_PARAM,
  }),
  snooze: endpoint<Reminder>()('POST', '/api/reminders/:id/snooze', 'reminder.update', {
    summary: '推迟提醒',
    params: ID_PARAM,
    body: {
      until: instant({ label: '推迟到', optional: true }),
      preset: option(snoozes, { label: '推迟', optional: true }),
    },
  }),
  ofCustomer: endpoint<{ items: Reminder[] }>()('GET', '/api/customers/:id/reminders', 'customer.read', {
    summary: '客户的提醒',
    params: ID_PARAM,
  }),
  ofRecord: endpoint<{ items: Reminder[] }>()('GET', '/api/reminders/of', 'reminder.read', {
    summary: '一条记录的提醒',
    query: {
      subjectType: {
        as: 'oneOf',
        values: Object.keys(reminderSubjects) as ReminderSubject[],
        label: '所属',
        required: true,
      },
      subjectId: { as: 'id', label: '所属记录', required: true },
    },
  }),
  feed: endpoint<Feed>()('GET', '/api/reminders/feed', 'reminder.read', { summary: '日历订阅' }),
  openFeed: endpoint<{ address: string }>()('POST', '/api/reminders/feed', 'reminder.read', {
    summary: '建立日历订阅,原有地址失效',
  }),
  closeFeed: endpoint<null>()('DELETE', '/api/reminders/feed', 'reminder.read', {
    summary: '停止日历订阅',
    status: 204,
  }),
}

export interface CalendarBirthday {
  readonly day: string
  readonly contactId: number
  readonly contactName: string
  readonly customerId: number
  readonly customerName: string
  readonly isLunar: boolean
  readonly greeting: string
}
/** A later time of a repeating reminder: it becomes one of its own when the one before is done. */
export interface Expected {
  readonly reminderId: number
  readonly title: string
  readonly dueAt: string
}
/** As the rules find it: rules/festivals.ts. */
export interface CalendarFestival {
  readonly day: string
  readonly name: string
  readonly greeting: string
}
/** A day off, or a weekend day worked for it. */
export interface CalendarHoliday {
  readonly day: string
  readonly kind: 'rest' | 'work'
  readonly name: string
}
export interface CalendarReply {
  readonly reminders: Reminder[]
  /** More reminders than one calendar shows. */
  readonly isCut: boolean
  readonly expected: readonly Expected[]
  readonly birthdays: readonly CalendarBirthday[]
  readonly festivals: readonly CalendarFestival[]
  readonly holidays: readonly CalendarHoliday[]
}
export const calendar = {
  read: endpoint<CalendarReply>()('GET', '/api/calendar', 'reminder.read', {
    summary: '日程',
    query: {
      from: { as: 'day', label: '起', required: true },
      to: { as: 'day', label: '止', required: true },
      assigneeId: PEOPLE,
    },
  }),
  /** Public: the address is the secret. */
  ics: endpoint<string>()('GET', '/ics/:file', null, {
    summary: '日历订阅(iCalendar)',
    params: { file: { as: 'text', max: 80, label: '地址', required: true } },
  }),
}

export const dayKinds = { rest: '休', work: '班' } as const
export interface HolidayYear {
  readonly year: number
  readonly isImported: boolean
  readonly days: readonly CalendarHoliday[]
}
export const holidays = {
  read: endpoint<{ years: HolidayYear[] }>()('GET', '/api/settings/holidays', 'signedIn', { summary: '节假日' }),
  replace: endpoint<{ years: HolidayYear[] }>()('PUT', '/api/settings/holidays', 'setting.manage', {
    summary: '导入一年的节假日与调休;没有日期则恢复自带的',
    body: {
      year: integer({ label: '年份', min: 1, max: 9999 }),
      days: list(
        group(
          {
            day: day({ label: '日期' }),
            kind: option(dayKinds, { label: '类别' }),
            name: text({ label: '名称', max: 20 }),
          },
          { label: '节假日' },
        ),
        { label: '节假日', max: 200 },
      ),
    },
  }),
}
