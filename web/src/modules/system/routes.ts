import type { RouteRecordRaw } from 'vue-router'

/** 系统设置: the frame around the pages that modules give it. Their permissions decide whether the menu shows it. */
export const settingsFrame = (children: readonly RouteRecordRaw[]): RouteRecordRaw => ({
  path: '/settings',
  component: () => import('./SettingsFrame.vue'),
  meta: {
    title: '系统设置',
    permission: [...new Set(children.flatMap((child) => (child.meta?.settings && child.meta.permission) || []))],
    menu: { group: '管理', icon: 'setting', order: 900 },
  },
  children: [{ path: '', component: () => import('./SettingsStart.vue') }, ...children],
})

export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/company',
    component: () => import('./CompanyPage.vue'),
    meta: {
      title: '公司资料',
      permission: 'setting.manage',
      settings: { label: '公司资料', order: 10, words: '公司名称 单据抬头 地址 电话 税号 开户行' },
    },
  },
  {
    path: '/settings/dictionaries',
    component: () => import('./DictionariesPage.vue'),
    meta: {
      title: '基础资料',
      permission: 'dictionary.manage',
      settings: { label: '基础资料', order: 30, words: '字典 客户等级 客户来源 所属行业 选项' },
    },
  },
  {
    path: '/settings/audit',
    component: () => import('./AuditPage.vue'),
    meta: {
      title: '审计日志',
      permission: 'audit.read',
      settings: { label: '审计日志', order: 60, words: '登录日志 操作记录 修改记录' },
    },
  },
  {
    path: '/settings/tokens',
    component: () => import('./TokensPage.vue'),
    meta: {
      title: 'API 令牌',
      permission: 'token.manage',
      settings: { label: 'API 令牌', order: 70, words: '接口 程序 密钥 token' },
    },
  },
  {
    path: '/settings/info',
    component: () => import('./InfoPage.vue'),
    meta: {
      title: '系统信息',
      permission: 'setting.manage',
      settings: { label: '系统信息', order: 80, words: '数据库 磁盘 版本 运行状态' },
    },
  },
]
