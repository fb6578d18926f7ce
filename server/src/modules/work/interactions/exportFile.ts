import { exportColumns } from '@crm/shared/contract/exportColumns'
import { interaction } from '@crm/shared/entities/interaction'
import { fieldColumns } from '../../../core/exports/exportColumns.ts'
import type { ListExport } from '../../../core/exports/exportFile.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import { listInteractions } from './saying.ts'

export const followUpsExport: ListExport<Raw> = {
  entity: interaction,
  noun: '跟进记录',
  page: (read, actor, query, { heavy } = {}) => listInteractions(read, actor, query, heavy),
  columns: (actor, words) => fieldColumns(interaction, exportColumns.interactions.all, actor, words),
}
