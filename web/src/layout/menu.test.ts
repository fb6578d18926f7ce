import { describe, expect, it } from 'vitest'
import { barOf, menuOf } from './menu'

const routes = [
  {
    path: '/teams',
    meta: { title: '部门', permission: 'team.read', menu: { group: '管理', icon: 'team', order: 90 } },
  },
  {
    path: '/customers',
    meta: {
      title: '客户',
      permission: 'customer.read',
      menu: { group: '客户', icon: 'customer', order: 10, keys: 'G C' },
    },
  },
  { path: '/customers/:id', meta: { menuOf: '/customers' } },
] as const

describe('左侧菜单', () => {
  it('按次序分组,没有菜单位置的页面不出现', () => {
    expect(menuOf(routes, () => true)).toEqual([
      { label: '客户', items: [{ path: '/customers', title: '客户', icon: 'customer', keys: 'G C' }] },
      { label: '管理', items: [{ path: '/teams', title: '部门', icon: 'team' }] },
    ])
  })
  it('没有权限的页面和空组都不出现', () => {
    expect(menuOf(routes, (permission) => permission === 'customer.read').map(({ label }) => label)).toEqual(['客户'])
  })
  it('手机底部先放天天用的几处,有空位再按菜单次序补上', () => {
    const item = (path: string, bar?: number) => ({ path, title: path, icon: 'x', ...(bar && { bar }) })
    const groups = [{ label: '', items: [item('提醒'), item('回款', 4), item('客户', 2), item('日程'), item('公海')] }]
    expect(barOf(groups, 4).map(({ path }) => path)).toEqual(['客户', '回款', '提醒', '日程'])
  })
})
