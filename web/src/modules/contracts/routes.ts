import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { CustomerPanel } from '../../core/panels/customerPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/contracts',
    component: () => import('./ContractListPage.vue'),
    meta: {
      title: '合同',
      permission: 'contract.read',
      menu: { group: '销售', icon: 'document', order: 36 },
    },
  },
  {
    path: '/contracts/:id(\\d+)',
    component: () => import('./ContractPage.vue'),
    meta: { title: '合同', permission: 'contract.read', menuOf: '/contracts' },
  },
  {
    path: '/print/contracts/:id(\\d+)',
    component: () => import('./ContractPrint.vue'),
    meta: { title: '打印合同', permission: 'contract.read', bare: true },
  },
]
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/contract-templates',
    component: () => import('./TemplatesPage.vue'),
    meta: {
      title: '合同模板',
      permission: 'contract.template',
      settings: { label: '合同模板', order: 37, words: '合同正文 占位符 范本' },
    },
  },
]
export const panels: CustomerPanel[] = [
  {
    key: 'contracts',
    place: 'right',
    isMoney: true,
    order: 22,
    permission: 'contract.read',
    load: () => import('./ContractsPanel.vue'),
  },
]
export const commands: readonly Command[] = [
  { label: '新建合同', permission: 'contract.create', to: { path: '/contracts', query: { new: '1' } }, isCreate: true },
]
