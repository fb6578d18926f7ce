import type { Expense, ExpenseDetail } from '@crm/shared/contract/expenses'
import { expense, type ExpenseState } from '@crm/shared/entities/expense'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import type { ListView } from '../../components/list/useListView'

export type { Expense, ExpenseDetail }
type Tone = 'info' | 'ok' | 'warn' | 'bad' | 'primary'
export const stateTones: Readonly<Record<ExpenseState, Tone>> = {
  draft: 'info',
  approving: 'warn',
  approved: 'primary',
  paid: 'ok',
  void: 'bad',
}
export const expensePath = ({ id }: Pick<Expense, 'id'>) => ({ path: '/expenses', query: { open: String(id) } })
export const expenseFilters = expense.fields
export const expenseViews = (canDelete: boolean): ListView[] => [
  { key: 'all', label: '全部', fixed: {} },
  { key: 'approving', label: '审批中', fixed: { state: ['approving'] } },
  { key: 'approved', label: '待付款', fixed: { state: ['approved'] } },
  { key: 'paid', label: '已付款', fixed: { state: ['paid'] } },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]
export function expenseColumns(plain: ColumnOf<Expense>): Column<Expense>[] {
  return [
    plain('number', '报销单号', 128, { sort: 'number', isPinned: true, to: expensePath }),
    plain('purpose', '事由', 208),
    plain('type', '费用类型', 80),
    plain('amountFen', '金额(元)', 112, { sort: 'amountFen' }),
    plain('spentOn', '发生日期', 96, { sort: 'spentOn' }),
    plain('state', '状态', 76),
    plain('ownerId', '报销人', 72),
    plain('customerId', '客户', 192),
    plain('paidOn', '付款日期', 96),
    plain('teamId', '部门', 100, { isExtra: true }),
    plain('orderId', '订单', 128, { isExtra: true }),
    plain('contractId', '合同', 128, { isExtra: true }),
    plain('notes', '备注', 160, { isExtra: true }),
    plain('createdAt', '填写时间', 104, { sort: 'createdAt', isExtra: true }),
  ]
}
