import type { RouteRecordRaw } from 'vue-router'
import type { CustomerPanel } from '../../core/panels/customerPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/pools',
    component: () => import('./PoolsPage.vue'),
    meta: { title: '公海', permission: 'pool.claim', menu: { group: '客户', icon: 'pool', order: 11 } },
  },
]
/** Places of this module under 系统设置. */
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/pools',
    component: () => import('./PoolSettingsPage.vue'),
    meta: {
      title: '公海规则',
      permission: 'pool.setup',
      settings: { label: '公海规则', order: 36, words: '公海 回收 领取 额度 库容' },
    },
  },
]
export const panels: readonly CustomerPanel[] = [
  {
    key: 'pool',
    place: 'right',
    order: 40,
    permission: 'customer.read',
    load: () => import('./PoolPanel.vue'),
  },
]
