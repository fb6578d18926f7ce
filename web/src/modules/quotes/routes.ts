import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { CustomerPanel } from '../../core/panels/customerPanels'

const ID = '/quotes/:id(\\d{1,15})'
export const routes: RouteRecordRaw[] = [
  {
    path: '/quotes',
    component: () => import('./QuoteListPage.vue'),
    meta: {
      title: '报价',
      permission: 'quote.read',
      menuOf: '/orders',
      area: { name: 'orders', label: '报价', order: 20 },
    },
  },
  {
    path: '/quotes/new',
    component: () => import('./QuoteNewPage.vue'),
    meta: { title: '新建报价单', permission: 'quote.create', menuOf: '/orders' },
  },
  {
    path: ID,
    component: () => import('./QuotePage.vue'),
    meta: { title: '报价单', permission: 'quote.read', menuOf: '/orders' },
  },
  {
    path: `${ID}/edit`,
    component: () => import('./QuoteNewPage.vue'),
    meta: { title: '编辑报价单', permission: 'quote.update', menuOf: '/orders' },
  },
  {
    path: `/print${ID}`,
    component: () => import('./QuotePrint.vue'),
    meta: { title: '打印报价单', permission: 'quote.read', bare: true },
  },
]
export const panels: CustomerPanel[] = [
  {
    key: 'quotes',
    place: 'right',
    isMoney: true,
    order: 25,
    permission: 'quote.read',
    load: () => import('./QuotesPanel.vue'),
  },
]
export const commands: readonly Command[] = [
  { label: '新建报价单', permission: 'quote.create', to: '/quotes/new', isCreate: true },
]
