import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { ContractPanel } from '../../core/panels/contractPanels'
import type { OrderPanel } from '../../core/panels/orderPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/invoices',
    name: 'invoices',
    component: () => import('./InvoiceListPage.vue'),
    meta: {
      title: '发票',
      permission: 'invoice.read',
      menuOf: '/receivables',
      area: { name: 'money', label: '发票', order: 30 },
    },
  },
]
export const orderPanels: OrderPanel[] = [
  { key: 'invoices', order: 30, permission: 'invoice.read', load: () => import('./OrderInvoices.vue') },
]
export const contractPanels: ContractPanel[] = [
  {
    key: 'invoices',
    place: 'middle',
    order: 30,
    permission: 'invoice.read',
    load: () => import('./ContractInvoices.vue'),
  },
]
export const commands: readonly Command[] = [
  { label: '申请开票', permission: 'invoice.create', to: { path: '/invoices', query: { new: '1' } }, isCreate: true },
]
