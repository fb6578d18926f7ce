import { entity } from '../kernel/entity.ts'
import { flag, option, ref, text } from '../kernel/field.ts'
import { permissions, reaches } from '../permissions.ts'

/** 操作员. Passwords live in a table of their own and are no field of anything. */
export const user = entity({
  name: 'user',
  table: 'users',
  path: 'users',
  label: '操作员',
  scope: 'everyone',
  title: 'name',
  order: 'name',
  fields: {
    username: text({ label: '用户名', max: 40, min: 2, filter: true, sort: true }),
    name: text({ label: '姓名', max: 40, filter: true, sort: true }),
    teamId: ref('team', { label: '部门', optional: true, filter: true }),
    roleIds: ref('role', {
      label: '角色',
      filter: true,
      many: { table: 'userRoles', parent: 'userId', child: 'roleId' },
    }),
    phone: text({ label: '手机', max: 30, optional: true, format: 'phone' }),
    email: text({ label: '邮箱', max: 120, optional: true, format: 'email' }),
    disabled: flag({ label: '停用', default: false, filter: true }),
  },
})

export const team = entity({
  name: 'team',
  table: 'teams',
  path: 'teams',
  label: '部门',
  scope: 'everyone',
  title: 'name',
  order: 'id',
  recycle: true,
  fields: {
    name: text({ label: '部门名称', max: 40, filter: true, sort: true }),
    parentId: ref('team', { label: '上级部门', optional: true, filter: true }),
    managerId: ref('user', { label: '部门负责人', optional: true }),
  },
})

export const role = entity({
  name: 'role',
  table: 'roles',
  path: 'roles',
  label: '角色',
  scope: 'everyone',
  title: 'name',
  order: 'id',
  recycle: true,
  fields: {
    name: text({ label: '角色名称', max: 40, filter: true, sort: true }),
    reach: option(reaches, { label: '数据范围', default: 'own', filter: true }),
    permissions: option(permissions, { label: '权限', many: true }),
    note: text({ label: '说明', max: 200, optional: true }),
    builtIn: flag({ label: '内置', readonly: true }),
  },
})
