import { customer } from '@crm/shared/entities/customer'
import { day, instant, integer, option, ref } from '@crm/shared/kernel/field'
import type { Column } from '../../../components/grid/columns'
import type { ColumnOf } from '../../../components/list/useColumns'
import type { Customer } from '../rows'
import type { ListView } from '../../../components/list/useListView'

/** Everything the list may be filtered by; 部门 and the times are no fields of the entity. */
export const customerFilters = {
  ...customer.fields,
  teamId: ref('team', { label: '部门' }),
  silent: option({ yes: '是' }, { label: '久未跟进' }),
  reportedOn: day({ label: '上报给我的日子' }),
  collaborator: option({ me: '是' }, { label: '我协作的' }),
  leavesWithin: integer({ label: '几天内进入公海' }),
  owing: option({ open: '有应收', overdue: '有逾期' }, { label: '欠款' }),
  createdAt: instant({ label: '创建时间' }),
  updatedAt: instant({ label: '更新时间' }),
}
export const QUICK_FILTERS = ['ownerId', 'level', 'status', 'industry']
/** 欠款 is for those who may see 应收. */
export const OWING_FILTER = 'owing'
export const MORE_FILTERS = [
  'regionCode',
  'source',
  'tagIds',
  'teamId',
  'collaborator',
  'lastFollowUpAt',
  'nextReminderAt',
  'createdAt',
  'updatedAt',
  'terms',
  'creditFen',
  'creditCode',
]

export const DEFAULT_SORT = '-updatedAt'
/** View tabs of the list, and the list a customer's page walks. */
export const customerViews = (myId: number | undefined, canDelete: boolean): ListView[] => [
  { key: 'all', label: '全部', fixed: {} },
  { key: 'mine', label: '我负责的', fixed: { ownerId: myId } },
  { key: 'shared', label: '我协作的', fixed: { collaborator: 'me' } },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]

/** Laptops show what one looks for, wide screens the rest. */
const WIDE_PX = 1600

type Figure = Column<Customer> & { readonly isWide?: true }
/** 1,080 px of default columns on a laptop, so that the amounts are never cut off (ux §2.3). */
export function customerColumns(plain: ColumnOf<Customer>, figures: readonly Figure[]): Column<Customer>[] {
  const extra = window.innerWidth < WIDE_PX ? ({ isExtra: true } as const) : {}
  const contact = figures.filter(({ isNumber }) => !isNumber)
  const amounts = figures.filter(({ isNumber, isWide }) => isNumber && !isWide)
  const wide = figures.filter(({ isWide }) => isWide).map((column) => ({ ...column, ...extra }))
  return [
    // Takes what is left of the screen besides.
    plain('name', '客户名称', 200, {
      sort: 'name',
      isPinned: true,
      title: (row) => [row.name, row.number].filter(Boolean).join(' · '),
      to: (row) => `/customers/${row.id}`,
    }),
    plain('status', '状态', 76, { sort: 'status' }),
    ...contact,
    // Room for 显示 beside the number.
    plain('phone', '电话', 136),
    plain('ownerId', '负责人', 72),
    plain('lastFollowUpAt', '最近跟进', 100, { sort: 'lastFollowUpAt' }),
    plain('nextReminderAt', '下次提醒', 100, { sort: 'nextReminderAt' }),
    ...amounts,
    plain('level', '等级', 76, { sort: 'level', ...extra }),
    plain('industry', '行业', 100, extra),
    plain('regionCode', '地区', 112, extra),
    ...wide,
    plain('createdAt', '创建时间', 104, { sort: 'createdAt', ...extra }),
    plain('tagIds', '标签', 104, extra),
    plain('updatedAt', '更新时间', 104, { sort: 'updatedAt', ...extra }),
    plain('number', '编号', 128, { sort: 'number', isExtra: true }),
    plain('creditFen', '信用额度(元)', 128, { isExtra: true }),
    plain('source', '来源', 96, { isExtra: true }),
    plain('shortName', '简称', 112, { isExtra: true }),
    plain('address', '地址', 220, { isExtra: true }),
    plain('creditCode', '统一社会信用代码', 168, { isExtra: true }),
    plain('terms', '结算方式', 96, { isExtra: true }),
  ]
}
