import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { CustomerAction, CustomerPanel } from '../../core/panels/customerPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/follow-ups',
    component: () => import('./FollowUpsPage.vue'),
    meta: {
      title: '跟进记录',
      permission: 'interaction.read',
      menu: { group: '客户', icon: 'note', order: 14, keys: 'G F', bar: 3 },
    },
  },
  {
    path: '/call',
    component: () => import('./CallPage.vue'),
    meta: { title: '来电', permission: 'customer.read', menuOf: '/customers' },
  },
]
export const panels: CustomerPanel[] = [
  {
    key: 'composer',
    place: 'middle',
    order: 10,
    permission: 'interaction.create',
    load: () => import('./ComposerPanel.vue'),
  },
  {
    key: 'timeline',
    place: 'middle',
    order: 20,
    permission: 'customer.read',
    load: () => import('./TimelinePanel.vue'),
  },
]
/** From a row of the customer list. */
export const actions: CustomerAction[] = [
  {
    key: 'followUp',
    label: '写跟进',
    keys: 'L',
    permission: 'interaction.create',
    load: () => import('./FollowUpDrawer.vue'),
  },
]
export const commands: readonly Command[] = [
  {
    label: '写跟进',
    permission: 'interaction.create',
    to: { path: '/follow-ups', query: { new: '1' } },
    isCreate: true,
  },
]
