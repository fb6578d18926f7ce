import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { CustomerPanel } from '../../core/panels/customerPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/feedback',
    component: () => import('./FeedbackListPage.vue'),
    meta: {
      title: '客户反馈',
      permission: 'feedback.read',
      menu: { group: '客户', icon: 'feedback', order: 18 },
    },
  },
]
export const panels: CustomerPanel[] = [
  {
    key: 'feedback',
    place: 'right',
    order: 40,
    permission: 'feedback.read',
    load: () => import('./FeedbackPanel.vue'),
  },
]
export const commands: readonly Command[] = [
  { label: '登记反馈', permission: 'feedback.create', to: { path: '/feedback', query: { new: '1' } }, isCreate: true },
]
