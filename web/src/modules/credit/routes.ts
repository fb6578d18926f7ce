import type { RouteRecordRaw } from 'vue-router'
import type { CustomerPanel } from '../../core/panels/customerPanels'

export const settings: RouteRecordRaw[] = [
  {
    path: 'credit',
    component: () => import('./CreditRulesPage.vue'),
    meta: {
      title: '信用规则',
      permission: 'setting.manage',
      settings: { label: '信用规则', order: 43, words: '额度 逾期 宽限 提示 审批 禁止' },
    },
  },
  {
    path: 'credit-groups',
    component: () => import('./GroupsPage.vue'),
    meta: {
      title: '集团额度',
      permission: 'credit.manage',
      settings: { label: '集团额度', order: 43.5, words: '集团 母公司 共用 信用额度' },
    },
  },
]
export const panels: CustomerPanel[] = [
  {
    key: 'credit',
    place: 'right',
    isMoney: true,
    order: 25,
    permission: 'receivable.read',
    load: () => import('./CreditPanel.vue'),
  },
]
