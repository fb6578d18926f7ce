import type { PermissionName } from '@crm/shared/permissions'
import { describe, expect, it } from 'vitest'
import type { AnyOf } from '../../core/session'
import { found, placesOf, tabsOf } from './settingsList'

const page = (path: string, permission: AnyOf, label: string, order: number, title = label, words = '') => ({
  path,
  meta: { title, permission, settings: { label, order, words } },
})
const routes = [
  page('/settings/audit', 'audit.read', '审计日志', 60, '审计日志', '登录日志 操作记录'),
  page('/settings/teams', 'team.read', '用户与角色', 21, '部门'),
  page('/settings/users', 'user.read', '用户与角色', 20, '操作员'),
  page('/settings/company', 'setting.manage', '公司资料', 10),
  { path: '/customers', meta: { title: '客户' } },
]
const holding =
  (...held: PermissionName[]) =>
  (permission: AnyOf | undefined) =>
    permission === undefined || [permission].flat().some((one) => held.includes(one))

describe('系统设置的左侧列表', () => {
  it('只列有权限打开的,按次序排', () => {
    const places = placesOf(routes, holding('audit.read', 'user.read', 'team.read'))
    expect(places.map(({ label, path }) => [label, path])).toEqual([
      ['用户与角色', '/settings/users'],
      ['审计日志', '/settings/audit'],
    ])
  })
  it('看不到操作员的人,用户与角色打开的是部门', () => {
    const can = holding('team.read')
    expect(placesOf(routes, can).map(({ path }) => path)).toEqual(['/settings/teams'])
    expect(tabsOf(routes, '用户与角色', can).map(({ title }) => title)).toEqual(['部门'])
  })
  it('按名称、标签页和别的说法都找得到', () => {
    const places = placesOf(routes, holding('audit.read', 'user.read', 'team.read', 'setting.manage'))
    expect(found(places, '登录').map(({ label }) => label)).toEqual(['审计日志'])
    expect(found(places, ' 部门 ').map(({ label }) => label)).toEqual(['用户与角色'])
    expect(found(places, '').length).toBe(3)
    expect(found(places, '没有的')).toEqual([])
  })
})
