import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'

const PERMISSION = ['customer.import', 'product.import', 'contract.import', 'order.import', 'receipt.import'] as const
/** The wizard; which step it is at, the batch itself says. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/imports',
    component: () => import('./UploadPage.vue'),
    meta: { title: '导入', permission: PERMISSION, menuOf: '/customers' },
  },
  {
    path: '/imports/:id(\\d+)',
    component: () => import('./ImportPage.vue'),
    meta: { title: '导入', permission: PERMISSION, menuOf: '/customers' },
  },
]
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/imports',
    component: () => import('./BatchListPage.vue'),
    meta: {
      title: '导入批次',
      permission: PERMISSION,
      settings: { label: '导入批次', order: 50, words: '表格 Excel 撤销导入 错误行' },
    },
  },
]
export const commands: readonly Command[] = [
  { label: '导入客户与联系人', permission: 'customer.import', to: '/imports' },
  { label: '导入产品', permission: 'product.import', to: '/imports?entity=product' },
  { label: '导入合同', permission: 'contract.import', to: '/imports?entity=contract' },
  { label: '导入订单', permission: 'order.import', to: '/imports?entity=order' },
  { label: '导入回款', permission: 'receipt.import', to: '/imports?entity=receipt' },
]
