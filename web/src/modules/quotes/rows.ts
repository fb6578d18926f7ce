import type { Quote, QuoteDetail } from '@crm/shared/contract/quotes'
import { quote, type QuoteState } from '@crm/shared/entities/quote'
import { instant } from '@crm/shared/kernel/field'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import type { ListView } from '../../components/list/useListView'

export type { Quote, QuoteDetail }
export const stateTones: Readonly<Record<QuoteState, 'info' | 'ok' | 'warn' | 'bad' | 'primary'>> = {
  draft: 'info',
  sent: 'primary',
  accepted: 'ok',
  declined: 'bad',
  replaced: 'info',
}
export const quotePath = (row: { readonly id: number }) => `/quotes/${row.id}`
export const quoteFilters = {
  ...quote.fields,
  createdAt: instant({ label: '创建时间' }),
  updatedAt: instant({ label: '更新时间' }),
}

export function quoteColumns(plain: ColumnOf<Quote>): Column<Quote>[] {
  return [
    plain('number', '报价单号', 148, { sort: 'number', isPinned: true, to: quotePath }),
    plain('customerId', '客户', 220, { to: (row) => `/customers/${row.customerId}` }),
    plain('quotedOn', '报价日期', 100, { sort: 'quotedOn' }),
    plain('validUntil', '有效期至', 136, { sort: 'validUntil' }),
    plain('amountFen', '金额(元)', 124, { sort: 'amountFen' }),
    plain('state', '状态', 84),
    plain('ownerId', '业务员', 84),
    plain('updatedAt', '更新时间', 104, { sort: 'updatedAt' }),
    plain('revision', '版次', 64, { isExtra: true }),
    plain('teamId', '部门', 100, { isExtra: true }),
    plain('contactId', '联系人', 88, { isExtra: true }),
    plain('taxFen', '其中税额(元)', 116, { isExtra: true }),
    plain('declineReason', '未成原因', 160, { isExtra: true }),
    plain('createdAt', '创建时间', 104, { sort: 'createdAt', isExtra: true }),
  ]
}
/** What was replaced is found on the page of its newest version: the lists that are worked with leave it out. */
export const quoteViews = (canDelete: boolean): ListView[] => [
  { key: 'current', label: '当前版本', fixed: { state: ['draft', 'sent', 'accepted', 'declined'] } },
  { key: 'waiting', label: '等答复', fixed: { state: ['sent'] } },
  { key: 'expired', label: '已过期', fixed: { expired: true } },
  { key: 'accepted', label: '已接受', fixed: { state: ['accepted'] } },
  { key: 'all', label: '全部版本', fixed: {} },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]
