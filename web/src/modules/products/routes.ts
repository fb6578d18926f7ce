import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { Creator } from '../../core/panels/creators'
import type { CustomerPanel } from '../../core/panels/customerPanels'

const PERMISSION = 'product.read'
export const routes: RouteRecordRaw[] = [
  {
    path: '/products',
    component: () => import('./ProductListPage.vue'),
    meta: { title: '产品', permission: PERMISSION, menu: { group: '销售', icon: 'product', order: 40, keys: 'G P' } },
  },
  {
    path: '/products/:id(\\d{1,15})',
    component: () => import('./ProductPage.vue'),
    meta: { title: '产品', permission: PERMISSION, menuOf: '/products' },
  },
  {
    path: '/products/price-moves',
    component: () => import('./MoveListPage.vue'),
    meta: { title: '可调价清单', permission: PERMISSION, menuOf: '/products' },
  },
  {
    path: '/products/categories',
    component: () => import('./CategoryPage.vue'),
    meta: { title: '产品类别', permission: PERMISSION, menuOf: '/products' },
  },
]
export const panels: CustomerPanel[] = [
  { key: 'uses', place: 'right', order: 48, permission: PERMISSION, load: () => import('./UsesPanel.vue') },
]
export const commands: readonly Command[] = [
  { label: '新建产品', permission: 'product.create', to: { path: '/products', query: { new: '1' } }, isCreate: true },
  { label: '可调价清单', permission: PERMISSION, to: '/products/price-moves' },
]
export const creators: readonly Creator[] = [
  { to: 'product', label: '新建产品', permission: 'product.create', load: () => import('./ProductDrawer.vue') },
]
