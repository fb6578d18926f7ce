import type { Order, OrderDetail, OrderLine } from '@crm/shared/contract/orders'
import { order, type OrderState } from '@crm/shared/entities/order'
import { instant } from '@crm/shared/kernel/field'
import { EFFECTIVE_ORDERS, isOrderEffective, outstandingMilli } from '@crm/shared/rules/orderMoves'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import type { ListView } from '../../components/list/useListView'

export type { Order, OrderDetail, OrderLine }
type Tone = 'info' | 'ok' | 'warn' | 'bad' | 'primary'
export const stateTones: Readonly<Record<OrderState, Tone>> = {
  draft: 'info',
  approving: 'warn',
  confirmed: 'primary',
  partial: 'primary',
  delivered: 'ok',
  closed: 'info',
  void: 'bad',
}
export const orderPath = (row: Pick<Order, 'id'>) => `/orders/${row.id}`
export const orderFilters = {
  ...order.fields,
  createdAt: instant({ label: '创建时间' }),
  updatedAt: instant({ label: '更新时间' }),
}

/** Promised, and not all of it with the customer yet. */
export const isLate = (row: Pick<Order, 'promisedOn' | 'state'>, today: string): boolean =>
  row.promisedOn !== null && row.promisedOn < today && (row.state === 'confirmed' || row.state === 'partial')
export const isLineLate = (line: OrderLine, state: OrderState, today: string): boolean =>
  isOrderEffective(state) && state !== 'closed' && outstandingMilli(line) > 0 && (line.promisedOn ?? today) < today

export function orderColumns(plain: ColumnOf<Order>): Column<Order>[] {
  return [
    plain('number', '订单号', 136, { sort: 'number', isPinned: true, to: orderPath }),
    plain('customerId', '客户', 220, { to: (row) => `/customers/${row.customerId}` }),
    plain('orderedOn', '下单日期', 100, { sort: 'orderedOn' }),
    plain('promisedOn', '要求交货期', 136, { sort: 'promisedOn' }),
    plain('amountFen', '金额(元)', 124, { sort: 'amountFen' }),
    plain('netFen', '成交额(元)', 116, { sort: 'netFen' }),
    plain('state', '状态', 84),
    plain('ownerId', '业务员', 84),
    plain('updatedAt', '更新时间', 104, { sort: 'updatedAt' }),
    plain('teamId', '部门', 100, { isExtra: true }),
    plain('contractId', '所属合同', 140, { isExtra: true }),
    plain('taxFen', '其中税额(元)', 116, { isExtra: true }),
    plain('contactId', '联系人', 88, { isExtra: true }),
    plain('delivererId', '交货人', 84, { isExtra: true }),
    plain('address', '送货地址', 200, { isExtra: true }),
    plain('createdAt', '创建时间', 104, { sort: 'createdAt', isExtra: true }),
  ]
}
export const orderViews = (canDelete: boolean): ListView[] => [
  { key: 'all', label: '全部', fixed: {} },
  { key: 'draft', label: '草稿与审批中', fixed: { state: ['draft', 'approving'] } },
  { key: 'open', label: '待交货', fixed: { state: ['confirmed', 'partial'] } },
  { key: 'effective', label: '有效', fixed: { state: [...EFFECTIVE_ORDERS] } },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]
