import { MAX_CELL_CHARS } from './table.ts'
import { TableError, tooManyColumns } from './tableError.ts'

/**
 * Own reader, because hucre's swallows the rest of the file into one cell when a quote is never closed
 * (customers vanish without a word), and takes the first line's count for the delimiter guess.
 */

const DELIMITERS = ['\t', ',', ';'] as const
export type Delimiter = (typeof DELIMITERS)[number]

const QUOTE = '"'
const SAMPLE_RECORDS = 30
const SAMPLE_CHARS = 256 * 1024
/** A line of millions of commas is no table; Excel stops at 16,384 columns. */
const MAX_CELLS_PER_RECORD = 16_384

/** Records in order, one array of cells each; RFC 4180 quotes, line ends of any kind inside a cell become \n. */
export function* readRecords(text: string, delimiter: Delimiter): Generator<string[]> {
  const stop = new RegExp(`[${delimiter}\r\n]`, 'g')
  let at = 0
  let record = 0
  while (at < text.length) {
    const cells: string[] = []
    record++
    for (;;) {
      let quoted = ''
      if (text[at] === QUOTE) {
        const end = closingQuote(text, at, record)
        quoted = text
          .slice(at + 1, end)
          .replaceAll('""', QUOTE)
          .replace(/\r\n?/g, '\n')
        at = end + 1
      }
      stop.lastIndex = at
      const end = stop.exec(text)?.index ?? text.length
      cells.push(quoted + text.slice(at, end))
      at = end + 1
      if (cells.length > MAX_CELLS_PER_RECORD) throw tooManyColumns(MAX_CELLS_PER_RECORD)
      if (text[end] !== delimiter) {
        if (text[end] === '\r' && text[at] === '\n') at++
        break
      }
    }
    yield cells
  }
}

const closingQuote = (text: string, open: number, record: number) => {
  for (let at = text.indexOf(QUOTE, open + 1); at >= 0; at = text.indexOf(QUOTE, at + 2)) {
    if (at - open > MAX_CELL_CHARS) break
    if (text[at + 1] !== QUOTE) return at
  }
  throw new TableError('table_unreadable', `第 ${record} 行的英文引号没有成对,请补上或删去引号再导入`)
}

/** Excel's `sep=;` line, which it does not show as a row. */
const DECLARED = /^sep=([\t,;])\r?\n/i

export const sniffDelimiter = (text: string): { delimiter: Delimiter; body: string } => {
  const declared = DECLARED.exec(text)
  if (declared) return { delimiter: declared[1] as Delimiter, body: text.slice(declared[0].length) }
  const sample = text.slice(0, SAMPLE_CHARS)
  let best: { delimiter: Delimiter; fit: number; width: number } = { delimiter: ',', fit: 0, width: 1 }
  for (const delimiter of DELIMITERS) {
    const { fit, width } = regularity(sample, delimiter)
    const clearlyBetter = fit > best.fit + 0.1
    const widerAmongEquals = fit > best.fit - 0.1 && width > best.width
    if (width > 1 && (clearlyBetter || widerAmongEquals)) best = { delimiter, fit, width }
  }
  return { delimiter: best.delimiter, body: text }
}

/** How many of the first records have the commonest width, 0..1, and 1 more when the first one has it. */
const regularity = (sample: string, delimiter: Delimiter) => {
  const widths: number[] = []
  try {
    for (const cells of readRecords(sample, delimiter)) {
      if (cells.some((cell) => cell.trim())) widths.push(cells.length)
      if (widths.length === SAMPLE_RECORDS) break
    }
  } catch (error) {
    // The sample may end within a quoted cell: judge by the records before it.
    if (!(error instanceof TableError)) throw error
  }
  const counts = new Map<number, number>()
  for (const width of widths) if (width > 1) counts.set(width, (counts.get(width) ?? 0) + 1)
  const [width, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0]
  return { width, fit: count ? count / widths.length + (widths[0] === width ? 1 : 0) : 0 }
}

/** `="000001"` is how programs keep Excel from eating zeros; a quote before = + - @ is our own writeCsv's guard. */
export const plainCell = (cell: string) => {
  if (cell.startsWith('="') && cell.endsWith(QUOTE) && cell.length >= 3)
    return cell.slice(2, -1).replaceAll('""', QUOTE)
  return GUARDED.test(cell) ? cell.slice(1) : cell
}

const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/
