import type { Column } from '../../../components/grid/columns'
import type { GridView } from '../../../components/grid/useGridView'

interface Filtering<Row> {
  readonly view: GridView<Row>
  readonly rows: () => readonly Row[]
  /** Columns the list may be filtered by. */
  readonly filterable: readonly string[]
  readonly setFilters: (change: Record<string, string>) => void
}

/** Alt+click on a cell filters the list by its value (ux U08); for the root of a DataGrid. */
export function useCellFilter<Row extends object>({ view, rows, filterable, setFilters }: Filtering<Row>) {
  return (event: MouseEvent): void => {
    const cell = (event.target as Element).closest('td')
    const line = cell?.closest<HTMLTableRowElement>('tr[data-stop]')
    if (!event.altKey || !cell || !line) return
    const columns: readonly Column<Row>[] = view.visible.value
    // What stands before the columns is the checkbox.
    const before = line.querySelector('td.select') ? 1 : 0
    const key = columns[cell.cellIndex - before]?.key
    const row = rows()[Number(line.dataset['stop'])] as Record<string, unknown> | undefined
    const value = key && filterable.includes(key) ? row?.[key] : undefined
    const text = Array.isArray(value) ? value.join(',') : value === undefined || value === null ? '' : String(value)
    if (!key || text === '') return
    event.preventDefault()
    event.stopPropagation()
    setFilters({ [key]: text })
  }
}
