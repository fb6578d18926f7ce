import type { RouteRecordRaw } from 'vue-router'

const place = { label: '用户与角色' } as const
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/users',
    component: () => import('./UserListPage.vue'),
    meta: {
      title: '操作员',
      permission: 'user.read',
      settings: { ...place, order: 20, words: '用户 账号 密码 同事 停用' },
    },
  },
  {
    path: '/settings/teams',
    component: () => import('./TeamPage.vue'),
    meta: { title: '部门', permission: 'team.read', settings: { ...place, order: 21, words: '组织 上级' } },
  },
  {
    path: '/settings/roles',
    component: () => import('./RoleListPage.vue'),
    meta: { title: '角色', permission: 'role.read', settings: { ...place, order: 22, words: '权限 数据范围' } },
  },
  {
    path: '/settings/roles/new',
    component: () => import('./RolePage.vue'),
    meta: { title: '新建角色', permission: 'role.create', settingsOf: place.label },
  },
  {
    path: '/settings/roles/:id(\\d+)',
    component: () => import('./RolePage.vue'),
    meta: { title: '角色', permission: 'role.read', settingsOf: place.label },
  },
]
