import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/ageing',
    component: () => import('./AgeingPage.vue'),
    meta: {
      title: '账龄',
      permission: 'receivable.read',
      menuOf: '/receivables',
      area: { name: 'money', label: '账龄', order: 50 },
    },
  },
  {
    path: '/print/statements',
    component: () => import('./StatementsPrint.vue'),
    meta: { title: '对账单', permission: 'receivable.read', bare: true },
  },
]
export const settings: RouteRecordRaw[] = [
  {
    path: 'ageing',
    component: () => import('./AgeingRulesPage.vue'),
    meta: {
      title: '账龄档',
      permission: 'setting.manage',
      settings: { label: '账龄档', order: 44, words: '账龄 逾期 天数 分档 对账单' },
    },
  },
]
