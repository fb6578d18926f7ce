import type { RouteRecordRaw } from 'vue-router'

const place = { label: '用户与角色' } as const
/** Under 系统设置, beside the operators. */
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/handovers',
    component: () => import('./HandoverListPage.vue'),
    meta: {
      title: '交接',
      permission: 'handover.manage',
      settings: { ...place, order: 23, words: '离职 转交 停用 移交' },
    },
  },
  {
    path: '/settings/handovers/new',
    component: () => import('./HandoverStartPage.vue'),
    meta: { title: '离职交接', permission: 'handover.manage', settingsOf: place.label },
  },
  {
    path: '/settings/handovers/:id(\\d{1,15})',
    component: () => import('./HandoverPage.vue'),
    meta: { title: '交接', permission: 'handover.manage', settingsOf: place.label },
  },
]
