import type { RouteRecordRaw } from 'vue-router'
import type { OrderPanel } from '../../core/panels/orderPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/deliveries',
    name: 'deliveries',
    component: () => import('./BoardPage.vue'),
    meta: {
      title: '交货',
      permission: 'delivery.read',
      menuOf: '/orders',
      area: { name: 'orders', label: '交货', order: 30 },
    },
  },
  {
    path: '/deliveries/notes',
    component: () => import('./DeliveryListPage.vue'),
    meta: { title: '交货单', permission: 'delivery.read', menuOf: '/orders' },
  },
  {
    path: '/print/deliveries/:id(\\d+)',
    component: () => import('./DeliveryPrintPage.vue'),
    props: ({ params }) => ({ id: Number(params['id']) }),
    meta: { title: '送货单', permission: 'delivery.read', bare: true },
  },
]
export const settings: RouteRecordRaw[] = [
  {
    path: 'deliveries',
    component: () => import('./DeliveryRulesPage.vue'),
    meta: {
      title: '交货规则',
      permission: 'setting.manage',
      settings: { label: '交货规则', order: 41, words: '超交 允许 数量 送货' },
    },
  },
]
export const orderPanels: OrderPanel[] = [
  { key: 'deliveries', order: 10, permission: 'delivery.read', load: () => import('./DeliveriesPanel.vue') },
]
