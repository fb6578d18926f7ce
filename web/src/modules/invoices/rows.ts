import type { Invoice, InvoiceDetail } from '@crm/shared/contract/invoices'
import { invoice, type InvoiceState, invoiceStates } from '@crm/shared/entities/invoice'
import { ref } from '@crm/shared/kernel/field'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import type { ListView } from '../../components/list/useListView'

export type { Invoice, InvoiceDetail }
type Tone = 'info' | 'ok' | 'warn' | 'bad' | 'primary'
export const stateTones: Readonly<Record<InvoiceState, Tone>> = {
  applied: 'warn',
  approved: 'primary',
  issued: 'ok',
  rejected: 'bad',
  void: 'info',
}
type Stands = Pick<Invoice, 'state' | 'redOfId'>
/** A red one is called so: its state says nothing more. */
export const stateWords = ({ redOfId, state }: Stands) => (redOfId === null ? invoiceStates[state] : '红字')
export const toneOf = ({ redOfId, state }: Stands): Tone => (redOfId === null ? stateTones[state] : 'bad')
export const invoicePath = ({ id }: Pick<Invoice, 'id'>) => ({ path: '/invoices', query: { open: String(id) } })
type Of = Pick<Invoice, 'orderId' | 'orderName' | 'contractId' | 'contractName'>
export const sourceOf = (row: Of) =>
  row.orderId
    ? { label: row.orderName ?? '订单', to: `/orders/${row.orderId}` }
    : { label: row.contractName ?? '合同', to: `/contracts/${row.contractId}` }

export const invoiceFilters = {
  ...invoice.fields,
  customerOwnerId: ref('user', { label: '客户负责人' }),
  teamOfCustomer: ref('team', { label: '客户所属部门' }),
}
export const invoiceViews: ListView[] = [
  { key: 'all', label: '全部', fixed: {} },
  { key: 'applied', label: '待审批', fixed: { state: ['applied'] } },
  { key: 'approved', label: '待开票', fixed: { state: ['approved'] } },
  { key: 'issued', label: '已开票', fixed: { state: ['issued'] } },
]
export function invoiceColumns(plain: ColumnOf<Invoice>): Column<Invoice>[] {
  return [
    plain('number', '申请号', 136, { sort: 'number', isPinned: true, to: invoicePath }),
    plain('customerId', '客户', 184, { to: (row) => `/customers/${row.customerId}` }),
    plain('source', '来源', 136, { text: (row) => sourceOf(row).label }),
    plain('amountFen', '开票金额(元)', 124, { sort: 'amountFen' }),
    plain('kind', '类型', 128),
    plain('state', '状态', 84, { text: stateWords }),
    plain('invoiceNumber', '发票号码', 136),
    plain('issuedOn', '开票日期', 100, { sort: 'issuedOn' }),
    plain('ownerId', '申请人', 84),
    plain('title', '抬头', 184, { isExtra: true }),
    plain('taxFen', '税额(元)', 100, { isExtra: true }),
    plain('teamId', '部门', 100, { isExtra: true }),
    plain('reason', '原因', 160, { isExtra: true }),
    plain('createdAt', '申请时间', 104, { sort: 'createdAt', isExtra: true }),
  ]
}
