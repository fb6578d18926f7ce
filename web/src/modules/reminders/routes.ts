import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { CustomerPanel } from '../../core/panels/customerPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/reminders',
    component: () => import('./RemindersPage.vue'),
    meta: { title: '提醒', permission: 'reminder.read', menu: { group: '工作', icon: 'reminder', order: 4 } },
  },
  {
    path: '/calendar',
    component: () => import('./CalendarPage.vue'),
    meta: { title: '日程', permission: 'reminder.read', menu: { group: '工作', icon: 'calendar', order: 5 } },
  },
]
/** Places of this module under 系统设置. */
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/holidays',
    component: () => import('./HolidaysPage.vue'),
    meta: {
      title: '节假日',
      permission: 'setting.manage',
      settings: { label: '节假日', order: 38, words: '放假 调休 工作日 补班 日历' },
    },
  },
]
export const panels: CustomerPanel[] = [
  {
    key: 'reminders',
    place: 'right',
    order: 10,
    permission: 'reminder.read',
    load: () => import('./ReminderPanel.vue'),
  },
]
/** In the view of any record. */
export const ofRecords = () => import('./RecordReminderPanel.vue')
export const commands: readonly Command[] = [
  { label: '新建提醒', permission: 'reminder.create', to: { path: '/reminders', query: { new: '1' } }, isCreate: true },
]
