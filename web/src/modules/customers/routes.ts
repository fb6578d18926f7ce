import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { Creator } from '../../core/panels/creators'

export const routes: RouteRecordRaw[] = [
  {
    path: '/customers',
    component: () => import('./list/CustomerListPage.vue'),
    meta: {
      title: '客户',
      permission: 'customer.read',
      menu: { group: '客户', icon: 'customer', order: 10, keys: 'G C', bar: 2 },
    },
  },
  {
    path: '/customers/:id(\\d{1,15})',
    component: () => import('./record/CustomerPage.vue'),
    meta: { title: '客户', permission: 'customer.read', menuOf: '/customers' },
  },
  {
    path: '/collaboration',
    component: () => import('./sharing/SharingPage.vue'),
    meta: { title: '协作申请', permission: 'customer.read', menuOf: '/customers' },
  },
  {
    path: '/contacts',
    component: () => import('./contacts/ContactListPage.vue'),
    meta: { title: '联系人', permission: 'contact.read', menu: { group: '客户', icon: 'contact', order: 12 } },
  },
]
/** Places of this module under 系统设置. */
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/tags',
    component: () => import('./tags/TagsPage.vue'),
    meta: { title: '标签', permission: 'tag.manage', settings: { label: '标签', order: 35, words: '客户标签 颜色' } },
  },
]
export const commands: readonly Command[] = [
  { label: '新建客户', permission: 'customer.create', to: { path: '/customers', query: { new: '1' } }, isCreate: true },
  { label: '打开协作申请', permission: 'customer.read', to: '/collaboration' },
  { label: '新建联系人', permission: 'contact.create', to: { path: '/contacts', query: { new: '1' } }, isCreate: true },
]
export const creators: readonly Creator[] = [
  { to: 'customer', label: '新建客户', permission: 'customer.create', load: () => import('./form/CustomerDrawer.vue') },
]
