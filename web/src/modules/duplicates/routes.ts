import type { RouteRecordRaw } from 'vue-router'
import type { CustomerAction, CustomerPanel } from '../../core/panels/customerPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/duplicates',
    component: () => import('./DuplicatesPage.vue'),
    meta: { title: '查重', permission: 'duplicate.manage', menu: { group: '客户', icon: 'duplicate', order: 18 } },
  },
]
export const panels: readonly CustomerPanel[] = [
  {
    key: 'merges',
    place: 'right',
    order: 90,
    permission: 'customer.read',
    load: () => import('./MergesPanel.vue'),
  },
]
export const actions: readonly CustomerAction[] = [
  {
    key: 'mergeWith',
    label: '合并重复客户',
    permission: 'customer.delete',
    load: () => import('./MergeWithDialog.vue'),
  },
]
