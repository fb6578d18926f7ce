import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/ageing',
    component: () => import('./AgeingPage.vue'),
    meta: { title: '账龄', permission: 'receivable.read' },
  },
]
