import type { Receipt } from '@crm/shared/contract/receipts'
import type { Receivable } from '@crm/shared/contract/receivables'
import { receipt, type ReceiptState } from '@crm/shared/entities/receipt'
import { receivable } from '@crm/shared/entities/receivable'
import { option, ref } from '@crm/shared/kernel/field'
import { OPEN_STATUSES, receivableStatuses, type ReceivableStatus } from '@crm/shared/rules/receivables'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import type { ListView } from '../../components/list/useListView'
import { moneyText } from '../../core/display/display'

export type { Receipt, Receivable }
type Tone = 'info' | 'ok' | 'warn' | 'bad' | 'primary'
export const statusTones: Readonly<Record<ReceivableStatus, Tone>> = {
  pending: 'info',
  due: 'primary',
  partial: 'warn',
  overdue: 'bad',
  done: 'ok',
  void: 'info',
}
export const stateTones: Readonly<Record<ReceiptState, Tone>> = { pending: 'warn', confirmed: 'ok', void: 'info' }
export const isOpen = ({ status }: Pick<Receivable, 'status'>): boolean =>
  status === 'due' || status === 'partial' || status === 'overdue'
/** 逾期 3 天 · 部分回款: late first, and what came in all the same. */
export const statusWords = (row: Receivable): string => {
  if (row.status !== 'overdue') return receivableStatuses[row.status]
  const isPart = row.receivedFen + row.writtenOffFen > 0
  return `逾期 ${row.overdueDays} 天${isPart ? ' · 部分' : ''}`
}
/** 合同 HT… or 订单 DD…: what it is owed for. */
export const sourceOf = (row: Pick<Receivable, 'orderId' | 'orderName' | 'contractId' | 'contractName'>) =>
  row.orderId
    ? { label: row.orderName ?? '订单', to: `/orders/${row.orderId}` }
    : row.contractId
      ? { label: row.contractName ?? '合同', to: `/contracts/${row.contractId}` }
      : null
export const receiptPath = (row: Pick<Receipt, 'id'>) => ({ path: '/receipts', query: { open: String(row.id) } })
export const receivablePath = (row: Pick<Receivable, 'id'>) => ({
  path: '/receivables',
  query: { open: String(row.id) },
})

const ofCustomers = {
  customerOwnerId: ref('user', { label: '客户负责人' }),
  teamOfCustomer: ref('team', { label: '客户所属部门' }),
}
export const receivableFilters = {
  ...receivable.fields,
  ...ofCustomers,
  status: option(receivableStatuses, { label: '状态' }),
}
export const receiptFilters = { ...receipt.fields, ...ofCustomers }

export const receivableViews: ListView[] = [
  { key: 'all', label: '全部', fixed: {} },
  { key: 'open', label: '未收', fixed: { status: [...OPEN_STATUSES] } },
  { key: 'late', label: '已逾期', fixed: { status: ['overdue'] } },
  { key: 'pending', label: '待生效', fixed: { status: ['pending'] } },
]

export function receivableColumns(plain: ColumnOf<Receivable>): Column<Receivable>[] {
  return [
    plain('customerId', '客户', 188, { isPinned: true, to: (row) => `/customers/${row.customerId}` }),
    plain('label', '期次', 152, { to: receivablePath }),
    plain('source', '来源', 118, { text: (row) => sourceOf(row)?.label ?? '' }),
    plain('dueOn', '到期日', 94, { sort: 'dueOn' }),
    plain('status', '状态', 128, { text: statusWords }),
    plain('amountFen', '应收(元)', 94, { sort: 'amountFen' }),
    plain('receivedFen', '已收(元)', 86),
    plain('openFen', '未收(元)', 90, { isNumber: true, text: (row) => moneyText(row.openFen) }),
    plain('pay', '收款', 78, { text: () => '', isAction: true }),
    plain('ownerId', '业务员', 76),
    plain('writtenOffFen', '坏账(元)', 100, { isExtra: true }),
    plain('activeOn', '生效日期', 100, { sort: 'activeOn', isExtra: true }),
    plain('trigger', '何时应收', 88, { isExtra: true }),
    plain('teamId', '部门', 100, { isExtra: true }),
    plain('notes', '备注', 160, { isExtra: true }),
  ]
}
export function receiptColumns(plain: ColumnOf<Receipt>): Column<Receipt>[] {
  return [
    plain('number', '回款单号', 128, { sort: 'number', isPinned: true, to: receiptPath }),
    plain('customerId', '客户', 192, { to: (row) => `/customers/${row.customerId}` }),
    plain('receivedOn', '到账日期', 96, { sort: 'receivedOn' }),
    plain('amountFen', '回款金额(元)', 112, { sort: 'amountFen' }),
    plain('allocatedFen', '已核销(元)', 100),
    plain('prepaidFen', '其中预收(元)', 108, { isNumber: true, text: (row) => moneyText(row.prepaidFen) }),
    plain('method', '方式', 80),
    plain('bankNumber', '流水号', 120),
    plain('state', '状态', 76),
    plain('ownerId', '业务员', 76),
    plain('payer', '付款人', 140, { isExtra: true }),
    plain('teamId', '部门', 100, { isExtra: true }),
    plain('createdAt', '登记时间', 104, { sort: 'createdAt', isExtra: true }),
    plain('notes', '备注', 160, { isExtra: true }),
  ]
}
