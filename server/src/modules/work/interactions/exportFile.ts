import { interaction } from '@crm/shared/entities/interaction'
import { fieldColumns } from '../../../core/exports/exportColumns.ts'
import type { ListExport } from '../../../core/exports/exportList.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import { listInteractions } from './saying.ts'

const KEYS = ['followedAt', 'customerId', 'contactId', 'kind', 'text', 'result', 'authorId']

export const followUpsExport: ListExport<Raw> = {
  entity: interaction,
  noun: '跟进记录',
  page: (read, actor, query) => listInteractions(read, actor, query),
  columns: (actor, words) => fieldColumns(interaction, KEYS, actor, words),
}
