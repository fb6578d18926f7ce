import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { CustomerPanel } from '../../core/panels/customerPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/orders',
    component: () => import('./OrderListPage.vue'),
    meta: {
      title: '订单',
      permission: 'order.read',
      menu: { group: '销售', icon: 'order', order: 30, keys: 'G O' },
      area: { name: 'orders', label: '订单', order: 10 },
    },
  },
  {
    path: '/orders/new',
    component: () => import('./OrderNewPage.vue'),
    meta: { title: '新建订单', permission: 'order.create', menuOf: '/orders' },
  },
  {
    path: '/orders/:id(\\d{1,15})',
    component: () => import('./OrderPage.vue'),
    meta: { title: '订单', permission: 'order.read', menuOf: '/orders' },
  },
  {
    path: '/orders/:id(\\d{1,15})/edit',
    component: () => import('./OrderNewPage.vue'),
    meta: { title: '编辑订单', permission: 'order.update', menuOf: '/orders' },
  },
  {
    path: '/print/orders/:id(\\d{1,15})',
    component: () => import('./OrderPrint.vue'),
    meta: { title: '打印订货单', permission: 'order.read', bare: true },
  },
]
export const panels: CustomerPanel[] = [
  {
    key: 'orders',
    place: 'right',
    isMoney: true,
    order: 24,
    permission: 'order.read',
    load: () => import('./OrdersPanel.vue'),
  },
  {
    key: 'bought',
    place: 'right',
    isMoney: true,
    order: 46,
    permission: 'order.read',
    load: () => import('./BoughtPanel.vue'),
  },
]
export const commands: readonly Command[] = [
  { label: '新建订单', permission: 'order.create', to: '/orders/new', isCreate: true },
]
