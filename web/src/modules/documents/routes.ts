import type { CustomerPanel } from '../../core/customerPanels'

export const panels: CustomerPanel[] = [
  {
    key: 'documents',
    place: 'right',
    order: 30,
    permission: 'document.read',
    load: () => import('./DocumentsPanel.vue'),
  },
]
