import { contact } from '@crm/shared/entities/contact'
import { instant } from '@crm/shared/kernel/field'
import type { Column } from '../../../components/grid/columns'
import type { ColumnOf } from '../../../components/list/useColumns'
import type { Contact } from '../rows'
import type { ListView } from '../../../components/list/useListView'

export const contactFilters = {
  ...contact.fields,
  createdAt: instant({ label: '创建时间' }),
  updatedAt: instant({ label: '更新时间' }),
}
export const contactViews = (canDelete: boolean): ListView[] => [
  { key: 'all', label: '全部', fixed: {} },
  { key: 'primary', label: '首要联系人', fixed: { isPrimary: true } },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]
export const personPath = (row: Contact) => `/customers/${row.customerId}#contact-${row.id}`

export function contactColumns(plain: ColumnOf<Contact>): Column<Contact>[] {
  return [
    plain('name', '姓名', 120, { sort: 'name', isPinned: true, to: personPath }),
    plain('customerId', '客户', 208, { to: (row) => `/customers/${row.customerId}` }),
    plain('jobTitle', '职务', 96),
    plain('decisionRole', '决策角色', 80),
    plain('mobile', '手机', 152),
    plain('phone', '办公电话', 152),
    plain('email', '邮箱', 160),
    plain('wechat', '微信', 104, { isExtra: true }),
    plain('updatedAt', '更新时间', 104, { sort: 'updatedAt' }),
    plain('department', '部门', 104, { isExtra: true }),
    plain('mobile2', '备用手机', 148, { isExtra: true }),
    plain('birthday', '生日', 104, { isExtra: true }),
    plain('createdAt', '创建时间', 104, { sort: 'createdAt', isExtra: true }),
  ]
}
