import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { formatYuan } from '@crm/shared/money'
import { openTarget, type WriteColumn, type WriteRow, type WriteTarget } from './writeTarget.ts'

export type CsvToWrite = {
  columns: readonly (Pick<WriteColumn, 'header'> & Partial<Pick<WriteColumn, 'kind'>>)[]
  rows: AsyncIterable<WriteRow> | Iterable<WriteRow>
  /** true: nothing is guarded, for moving data to another program that does not calculate. */
  exact?: boolean
}

const BOM = '\uFEFF'
const CHUNK_CHARS = 64 * 1024

/**
 * CSV in UTF-8 with BOM, comma, CRLF, for Excel and WPS.
 * A text that Excel would calculate (begins with = + - @ TAB CR LF or their full-width forms) gets a single quote in
 * front, unless it is a plain negative number; `plainCell` of the reader takes the quote away again, so the file
 * imports back unchanged.
 */
export const writeCsv = (target: WriteTarget, csv: CsvToWrite) =>
  pipeline(Readable.from(csvChunks(csv), { objectMode: false }), openTarget(target))

async function* csvChunks({ columns, rows, exact = false }: CsvToWrite) {
  let chunk =
    BOM +
    csvLine(
      columns.map((column) => column.header),
      exact,
    )
  for await (const row of rows) {
    chunk += csvLine(
      columns.map(({ kind }, at) => {
        const cell = row[at] ?? null
        return kind === 'money' && typeof cell === 'number' ? formatYuan(cell, { grouping: false }) : cell
      }),
      exact,
    )
    if (chunk.length < CHUNK_CHARS) continue
    yield chunk
    chunk = ''
  }
  if (chunk) yield chunk
}

const csvLine = (row: WriteRow, exact: boolean) => `${row.map((cell) => csvCell(cell, exact)).join(',')}\r\n`

/** Also guards what already begins with a guard, so that reading back takes away exactly one. */
const CALCULATED = /^'*[=+\-@\t\r\n＝＋－＠]/
const NEGATIVE_NUMBER = /^-\d+(\.\d+)?$/

const csvCell = (cell: string | number | null, exact: boolean) => {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const guarded = !exact && CALCULATED.test(cell) && !NEGATIVE_NUMBER.test(cell) ? `'${cell}` : cell
  return /[",\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
