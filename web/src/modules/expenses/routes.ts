import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'

export const routes: RouteRecordRaw[] = [
  {
    path: '/expenses',
    name: 'expenses',
    component: () => import('./ExpenseListPage.vue'),
    meta: {
      title: '费用报销',
      permission: 'expense.read',
      menuOf: '/receivables',
      area: { name: 'money', label: '费用', order: 40 },
    },
  },
]
export const commands: readonly Command[] = [
  { label: '填写报销', permission: 'expense.create', to: { path: '/expenses', query: { new: '1' } }, isCreate: true },
]
