import type { ContractPanel } from '../../core/contractPanels'
import type { CustomerPanel } from '../../core/customerPanels'
import type { OrderPanel } from '../../core/orderPanels'
import type { ReceiptPanel } from '../../core/receiptPanels'

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
