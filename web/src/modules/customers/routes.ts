import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/command'

export const routes: RouteRecordRaw[] = [
  {
    path: '/customers',
    component: () => import('./CustomerListPage.vue'),
    meta: {
      title: '客户',
      permission: 'customer.read',
      menu: { group: '客户', icon: 'customer', order: 10, keys: 'G C' },
    },
  },
]
export const commands: readonly Command[] = [
  { label: '新建客户', permission: 'customer.create', to: { path: '/customers', query: { new: '1' } }, isCreate: true },
]
