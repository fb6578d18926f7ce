import type { Delivery, OpenLine } from '@crm/shared/contract/deliveries'
import { delivery } from '@crm/shared/entities/delivery'
import { ref } from '@crm/shared/kernel/field'
import { quantityText } from '@crm/shared/rules/deliveries'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import { dayText, dayTitle, EMPTY } from '../../core/display/display'

export type { Delivery, OpenLine }

export const amountText = (milli: number, unit: string | null): string =>
  `${quantityText(milli)}${unit ? ` ${unit}` : ''}`
const notesPath = '/deliveries/notes'
export const deliveryPath = (row: Pick<Delivery, 'id'>) => ({ path: notesPath, query: { open: String(row.id) } })

export const openLineColumns = (): Column<OpenLine>[] => [
  {
    key: 'customerName',
    label: '客户',
    widthPx: 200,
    isPinned: true,
    text: (row) => row.customerName,
    to: (row) => `/customers/${row.customerId}`,
  },
  {
    key: 'orderNumber',
    label: '订单号',
    widthPx: 132,
    text: (row) => row.orderNumber,
    to: (row) => `/orders/${row.orderId}`,
  },
  { key: 'name', label: '产品', widthPx: 180, text: (row) => [row.name, row.spec].filter(Boolean).join(' ') },
  { key: 'qtyMilli', label: '数量', widthPx: 80, isNumber: true, text: (row) => amountText(row.qtyMilli, row.unit) },
  {
    key: 'deliveredMilli',
    label: '已交',
    widthPx: 64,
    isNumber: true,
    text: (row) => quantityText(row.deliveredMilli),
  },
  { key: 'openMilli', label: '未交', widthPx: 64, isNumber: true, text: (row) => quantityText(row.openMilli) },
  {
    key: 'promisedOn',
    label: '要求交货期',
    widthPx: 152,
    text: (row) => dayText(row.promisedOn),
    title: (row) => dayTitle(row.promisedOn),
  },
  { key: 'ownerName', label: '业务员', widthPx: 72, text: (row) => row.ownerName ?? EMPTY },
  { key: 'delivererName', label: '交货人', widthPx: 72, text: (row) => row.delivererName ?? EMPTY },
]
export const boardFilters = {
  ownerId: ref('user', { label: '业务员' }),
  delivererId: ref('user', { label: '交货人' }),
  teamId: ref('team', { label: '部门' }),
  customerId: ref('customer', { label: '客户' }),
  personId: ref('user', { label: '业务员、交货人或客户负责人' }),
}

export function deliveryColumns(plain: ColumnOf<Delivery>): Column<Delivery>[] {
  return [
    plain('number', '交货单号', 140, { sort: 'number', isPinned: true, to: deliveryPath }),
    plain('kind', '类型', 64),
    plain('state', '状态', 80),
    plain('customerId', '客户', 200, { to: (row) => `/customers/${row.customerId}` }),
    plain('orderId', '订单号', 132, { to: (row) => `/orders/${row.orderId}` }),
    plain('deliveredOn', '交货日期', 104, { sort: 'deliveredOn' }),
    plain('delivererId', '交货人', 80),
    plain('carrier', '承运方', 104),
    plain('trackingNumber', '运单号', 132),
    plain('receiver', '收货人', 80, { isExtra: true }),
    plain('address', '送货地址', 200, { isExtra: true }),
    plain('notes', '备注', 200, { isExtra: true }),
    plain('createdAt', '登记时间', 104, { sort: 'createdAt', isExtra: true }),
  ]
}
export const deliveryFilters = {
  ...delivery.fields,
  customerOwnerId: ref('user', { label: '客户负责人' }),
  teamOfCustomer: ref('team', { label: '客户所属部门' }),
}
