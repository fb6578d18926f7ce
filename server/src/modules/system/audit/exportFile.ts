import { actionText, type Change, changesOf, recorded, subjectText, viaText } from '@crm/shared/contract/auditWords'
import type { AuditEntry, audit as api } from '@crm/shared/contract/system'
import type { Input, Page } from '@crm/shared/kernel/endpoint'
import { entity } from '@crm/shared/kernel/entity'
import { instant } from '@crm/shared/kernel/field'
import { formatYuan } from '@crm/shared/money'
import type { ExportColumn } from '../../../core/exports/exportColumns.ts'
import { fieldColumns } from '../../../core/exports/exportColumns.ts'
import type { ListExport } from '../../../core/exports/exportFile.ts'
import { listAudit } from './service.ts'

/** The log as a list: no record of the house, but it is exported like one. */
const log = entity({
  name: 'audit',
  table: 'auditLog',
  path: 'audit',
  label: '审计日志',
  scope: 'everyone',
  title: 'id',
  order: '-id',
  fields: { at: instant({ label: '时间' }) },
})

function valueText({ field }: Change, value: unknown): string {
  if (value === null || value === undefined || value === '') return '—'
  if (field?.kind === 'option' && typeof value === 'string') return field.options[value] ?? value
  if (field?.kind === 'flag') return value === 1 || value === true ? '是' : '否'
  if (field?.kind === 'money' && typeof value === 'number') return formatYuan(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
/** 名称:甲 → 乙 */
const changeText = (change: Change): string =>
  `${change.label}:${valueText(change, change.before)} → ${valueText(change, change.after)}`

const text = (
  key: string,
  header: string,
  cell: (row: AuditEntry) => string | null,
  width = 16,
): ExportColumn<AuditEntry> => ({
  key,
  header,
  kind: 'text',
  width,
  cell,
})
const titleOf = ({ after, before, entity: name }: AuditEntry): string | null => {
  const title = (after ?? before)?.[recorded[name]?.title ?? 'name']
  return typeof title === 'string' ? title : null
}

/** Who did what to which record, from where, with what it changed. */
export const auditExport: ListExport<AuditEntry> = {
  entity: log,
  noun: '审计日志',
  page: (read, actor, query): Promise<Page<AuditEntry>> =>
    listAudit(read, actor, query as Input<typeof api.list>['query']),
  columns: (actor, words) => [
    ...(fieldColumns(log, ['at'], actor, words) as unknown as ExportColumn<AuditEntry>[]),
    text('actorName', '操作员', (row) => row.actorName),
    text('via', '来源', (row) => viaText(row.via), 10),
    text('address', '地址', (row) => row.address),
    text('entity', '对象', (row) => subjectText(row.entity), 12),
    text('recordId', '编号', (row) => (row.recordId === null ? null : String(row.recordId)), 10),
    text('title', '名称', titleOf, 30),
    text('action', '动作', (row) => actionText(row.action), 14),
    text('changes', '变更', (row) => changesOf(row).map(changeText).join(';').slice(0, MOST_LETTERS) || null, 60),
    text('note', '备注', (row) => row.note, 30),
  ],
}
/** A cell of a workbook holds no more than 32,767. */
const MOST_LETTERS = 32_000
