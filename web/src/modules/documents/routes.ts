import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { ContractPanel } from '../../core/panels/contractPanels'
import type { CustomerPanel } from '../../core/panels/customerPanels'
import type { OrderPanel } from '../../core/panels/orderPanels'
import type { ReceiptPanel } from '../../core/panels/receiptPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/documents',
    component: () => import('./DocumentListPage.vue'),
    meta: { title: '文档', permission: 'document.read', menuOf: '/contracts' },
  },
]
export const commands: readonly Command[] = [
  { label: '打开文档', permission: 'document.read', to: '/documents' },
  { label: '打开文档回收站', permission: 'document.delete', to: { path: '/documents', query: { view: 'recycled' } } },
]

export const panels: CustomerPanel[] = [
  {
    key: 'documents',
    place: 'right',
    order: 30,
    permission: 'document.read',
    load: () => import('./DocumentsPanel.vue'),
  },
]
export const contractFiles: ContractPanel[] = [
  { key: 'files', place: 'right', order: 10, permission: 'document.read', load: () => import('./ContractFiles.vue') },
]
export const orderFiles: OrderPanel[] = [
  { key: 'files', order: 90, permission: 'document.read', load: () => import('./OrderFiles.vue') },
]
export const receiptFiles: ReceiptPanel[] = [
  { key: 'files', order: 90, permission: 'document.read', load: () => import('./ReceiptFiles.vue') },
]
/** In the view of any record. */
export const files = () => import('./SubjectFiles.vue')
