import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/login', component: () => import('./LoginPage.vue'), meta: { public: true, title: '登录' } },
]
