import type { Entity } from '@crm/shared/kernel/entity'
import { instantTitle } from '../../core/display/display'
import { useFieldText } from '../../core/display/fieldText'
import { useSession } from '../../core/session'
import type { Column } from '../grid/columns'

const NUMBERS = new Set(['money', 'integer', 'quantity', 'rate'])
export type ColumnOf<Row> = (key: string, label: string, widthPx: number, more?: Partial<Column<Row>>) => Column<Row>

/** Columns from field facts: the text of any kind of field, numbers at the right, the whole instant on pointing. */
export function useColumns<Row extends object>(entity: Pick<Entity, 'fields'>): ColumnOf<Row> {
  const text = useFieldText(entity)
  const { zone } = useSession()
  return (key, label, widthPx, more = {}) => {
    const field = entity.fields[key]
    const isInstant = field?.kind === 'instant' || key === 'createdAt' || key === 'updatedAt'
    const instantOf = (row: Row) => (row as Record<string, unknown>)[key] as string | null
    return {
      key,
      label,
      widthPx,
      text: (row) => text(row, key),
      ...(field && NUMBERS.has(field.kind) && { isNumber: true as const }),
      ...(isInstant && { title: (row: Row) => instantTitle(instantOf(row), zone) }),
      ...more,
    }
  }
}
