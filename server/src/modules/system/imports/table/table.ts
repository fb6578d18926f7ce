/** How a table file came out: all text, as a person reads it in the spreadsheet program. */

export type TableKind = 'xlsx' | 'xls' | 'csv' | 'tsv'
export type TextEncoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be'

/** `row` is 1-based as the spreadsheet program shows it; `column` is the header's text. */
export type TableWarning = { row: number; column: string; message: string }

export type TableMeta = {
  kind: TableKind
  encoding?: TextEncoding
  /** Visible worksheets, in the order of their tabs. */
  sheets?: string[]
  sheet?: string
  headers: string[]
  /** 1-based spreadsheet row of the header. */
  headerRow: number
  /** Data rows, the header not counted. */
  rowCount: number
  /** At most MAX_WARNINGS; `warningCount` counts all. */
  warnings: TableWarning[]
  warningCount: number
}

/** `rows[i]` has one text per header; `rowNumbers[i]` is its 1-based spreadsheet row. */
export type TableRows = { rowNumbers: number[]; rows: string[][] }

export type Table = TableMeta & TableRows

export type TableOptions = {
  maxRows?: number
  maxBytes?: number
  /** Worksheet to read; default: the first visible one with content. */
  sheet?: string
  /** 1-based row to take as the header when the guess was wrong. */
  headerRow?: number
  /** Default: 15 s, for large files 30 s. */
  timeoutMs?: number
}

export type TableLimits = TableOptions & Required<Pick<TableOptions, 'maxRows' | 'maxBytes'>>

/** One line of the source before a header is known; `cells` may be shorter than the widest line. */
export type SourceRow = { number: number; cells: string[] }

/** A remark on a cell whose column has no name yet; `column` is 0-based. */
export type CellWarning = { row: number; column: number; message: string }

/** What a reader of one format hands on; `titleRows` are rows that one cell merged across columns fills. */
export type Source = Pick<TableMeta, 'kind' | 'encoding' | 'sheets' | 'sheet'> & {
  rows: SourceRow[]
  titleRows: ReadonlySet<number>
  warnings: CellWarning[]
}

export const MAX_ROWS = 100_000
export const MAX_BYTES = 50 * 1024 * 1024
/** A wider table is a mistake or an attack; the widest customer list seen has 60 columns. */
export const MAX_COLUMNS = 1_000
/** More remarks than this help nobody, and they cross to the main thread in one piece. */
export const MAX_WARNINGS = 500
/** Excel's own limit is 32,767; beyond a generous margin a quote is astray or the file hostile. */
export const MAX_CELL_CHARS = 100_000
