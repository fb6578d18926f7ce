import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { writeXlsxStream, type CellValue } from 'hucre/xlsx'
import { openTarget, type WriteColumn, type WriteRow, type WriteTarget } from './writeTarget.ts'

const MAX_CELL_CHARS = 32_767
const CUT = '…(内容过长,已截断)'
export const DEFAULT_WIDTH = 16

export type SheetToWrite = {
  sheetName: string
  columns: readonly WriteColumn[]
  rows: AsyncIterable<WriteRow> | Iterable<WriteRow>
}

/**
 * .xlsx with a frozen header, written while the rows arrive (memory does not grow with them).
 * Texts are text cells whatever they begin with: `=cmd`, `+86 …`, `-5.00` are shown, never calculated.
 */
export const writeSheet = async (target: WriteTarget, { sheetName, columns, rows }: SheetToWrite) => {
  const stream = writeXlsxStream(cellRows(columns, rows), {
    name: safeSheetName(sheetName),
    columns: columns.map(({ header, kind, width = DEFAULT_WIDTH }) => ({
      header: safeText(header),
      width,
      ...(FORMATS[kind] && { numFmt: FORMATS[kind] }),
    })),
    freezePane: { rows: 1 },
  })
  await pipeline(Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]), openTarget(target))
}

/** `@` also keeps a code that somebody retypes from losing its zeros. */
export const FORMATS: Record<WriteColumn['kind'], string> = { text: '@', number: '', money: '0.00', day: 'yyyy-mm-dd' }

async function* cellRows(columns: readonly WriteColumn[], rows: SheetToWrite['rows']): AsyncGenerator<CellValue[]> {
  for await (const row of rows) yield columns.map(({ kind }, at) => cellValue(row[at] ?? null, kind))
}

export const cellValue = (value: string | number | null, kind: WriteColumn['kind']): CellValue => {
  if (value === null || value === '') return null
  if (kind === 'text') return safeText(String(value))
  // The nearest number to an amount below 2^51 分 shows exactly its two decimals.
  if (kind === 'money' && typeof value === 'number') return value / 100
  if (kind === 'day' && typeof value === 'string') return dayValue(value) ?? safeText(value)
  return typeof value === 'string' ? safeText(value) : value
}

/** UTC midnight, so that no time zone moves the day; null for anything but a real YYYY-MM-DD of Excel's calendar. */
const dayValue = (text: string) => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '1900-03-01') return null
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? date : null
}

/** Excel calls a workbook with a longer cell, or half a letter, damaged; and it reads _x0041_ as the letter A. */
export const safeText = (text: string) => {
  const whole = text.toWellFormed().replace(/_(?=x[0-9A-F]{4}_)/gi, '_x005F_')
  return whole.length <= MAX_CELL_CHARS ? whole : whole.slice(0, MAX_CELL_CHARS - CUT.length).toWellFormed() + CUT
}

export const safeSheetName = (name: string) =>
  name
    .replace(/[[\]:*?/\\\p{Cc}]/gu, ' ')
    .replace(/^'+|'+$/g, '')
    .trim()
    .slice(0, 31)
    .toWellFormed() || '导出'
