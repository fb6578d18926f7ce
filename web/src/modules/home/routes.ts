import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/home',
    component: () => import('./HomePage.vue'),
    meta: { title: '工作台', menu: { group: '', icon: 'home', order: 1, keys: 'G H', bar: 1 } },
  },
]
/** Places of this module under 系统设置. */
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/inactivity',
    component: () => import('./InactivityPage.vue'),
    meta: {
      title: '久未跟进上报',
      permission: 'setting.manage',
      settings: { label: '久未跟进上报', order: 37, words: '提醒规则 无行动 超期 上报 经理' },
    },
  },
]
