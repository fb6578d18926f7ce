import { findHeader, nameColumns } from './header.ts'
import { MAX_COLUMNS, MAX_WARNINGS } from './table.ts'
import type { CellWarning, Source, SourceRow, Table, TableLimits } from './table.ts'
import { headerOnly, noData, TableError, tooManyColumns, tooManyRows } from './tableError.ts'

/** Source rows -> headers and even rows: empty rows go, empty columns without a name go, numbers of rows stay. */
export const shapeTable = (source: Source, { maxRows, headerRow }: TableLimits): Table => {
  const filled = source.rows.filter((row) => row.cells.some((cell) => cell.trim() !== ''))
  if (!filled.length) throw noData()
  const headerAt = headerRow
    ? filled.findIndex((row) => row.number === headerRow)
    : findHeader(filled, source.titleRows)
  const header = filled[headerAt]
  if (!header) throw new TableError('table_empty', `第 ${headerRow} 行是空的,不能作表头,请另选一行`)
  const data = filled.slice(headerAt + 1)
  if (!data.length) throw headerOnly()
  if (data.length > maxRows) throw tooManyRows(maxRows)

  const columns = usedColumns([header, ...data])
  const names = nameColumns(Array.from({ length: (columns.at(-1) ?? 0) + 1 }, (_, at) => header.cells[at] ?? ''))
  const remarks = [...source.warnings, ...overlongRows(source, header, data)]
    .sort((a, b) => a.row - b.row)
    .filter(({ row }) => row >= header.number)
  const { kind, encoding, sheets, sheet } = source
  return {
    kind,
    ...(encoding && { encoding }),
    ...(sheets && { sheets }),
    ...(sheet !== undefined && { sheet }),
    headers: columns.map((column) => names[column]!),
    headerRow: header.number,
    rowCount: data.length,
    rowNumbers: data.map((row) => row.number),
    rows: data.map((row) => columns.map((column) => row.cells[column] ?? '')),
    warnings: remarks
      .slice(0, MAX_WARNINGS)
      .map(({ row, column, message }) => ({ row, column: names[column] ?? `列${column + 1}`, message })),
    warningCount: remarks.length,
  }
}

/** Columns (0-based) that hold anything in any row. */
const usedColumns = (rows: readonly SourceRow[]) => {
  const used: boolean[] = []
  let count = 0
  for (const { cells } of rows) {
    for (let column = 0; column < cells.length; column++) {
      if (used[column] || !cells[column]?.trim()) continue
      used[column] = true
      if (++count > MAX_COLUMNS) throw tooManyColumns(MAX_COLUMNS)
    }
  }
  return Array.from(used.keys()).filter((column) => used[column])
}

/** In text files a comma too many shifts the cells of its row; in a sheet a note beside the table is normal. */
const overlongRows = ({ kind }: Source, header: SourceRow, data: readonly SourceRow[]): CellWarning[] => {
  if (kind !== 'csv' && kind !== 'tsv') return []
  const width = header.cells.findLastIndex((cell) => cell.trim()) + 1
  return data.flatMap(({ number, cells }) => {
    const last = cells.findLastIndex((cell) => cell.trim())
    return last < width
      ? []
      : [{ row: number, column: last, message: '这一行的格子比表头多,可能是内容里的分隔符没有加引号' }]
  })
}
