import type { RouteRecordRaw } from 'vue-router'

/** Places of this module under 系统设置. */
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/announcements',
    component: () => import('./AnnouncementsPage.vue'),
    meta: {
      title: '公告',
      permission: 'setting.manage',
      settings: { label: '公告', order: 38, words: '通知 发布 全员 部门' },
    },
  },
]
