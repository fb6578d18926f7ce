import type { Interaction } from '@crm/shared/contract/interactions'
import { interaction } from '@crm/shared/entities/interaction'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'

export const followUpFilters = interaction.fields
export const QUICK_FILTERS = ['kind', 'result']

/** To the entry itself, in the story of its customer. */
export const entryPath = (row: Interaction) => `/customers/${row.customerId}#e-interaction-${row.id}`

export function followUpColumns(plain: ColumnOf<Interaction>): Column<Interaction>[] {
  return [
    plain('text', '内容', 320, { isPinned: true, to: entryPath }),
    plain('followedAt', '跟进时间', 108, { sort: 'followedAt' }),
    plain('authorId', '跟进人', 80),
    plain('customerId', '客户', 208, { to: (row) => `/customers/${row.customerId}` }),
    plain('contactId', '联系人', 88),
    plain('kind', '方式', 72),
    plain('result', '结果', 96),
  ]
}
