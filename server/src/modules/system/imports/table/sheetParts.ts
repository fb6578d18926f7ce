import { damaged, TableError, tooMuchContent } from './tableError.ts'

/** Spreadsheet rows and columns end here; more tags than that are an attack on the reader's memory. */
const SHEET_ROWS = 1_048_576
/** 100,000 rows of 40 columns; more do not fit the reader's heap. */
const MAX_CELLS = 4_000_000
const MAX_MERGES = 100_000

export type SheetFacts = {
  /** 1-based row of the last cell with a value, whatever the `dimension` tag claims. */
  lastRow: number
  /** A1 references of formulas whose result was never stored. */
  unsolved: string[]
}

/** XML as SheetJS reads it rightly; `onSheet` gets what only the raw worksheet tells. A DOCTYPE is refused. */
export const prepareXml = (xml: Buffer, onSheet: (facts: SheetFacts) => void): Buffer => {
  refuseDoctype(xml)
  const root = /<(\w+:)?(worksheet|sst)[\s>]/.exec(xml.toString('latin1', 0, 4096))
  if (!root) return xml
  const prefix = root[1] ?? ''
  if (root[2] === 'sst') {
    refuseTooManyTags(xml, `<${prefix}si`, MAX_CELLS)
    return mendRuns(mendEmptyItems(xml, prefix), prefix)
  }
  refuseTooManyTags(xml, `</${prefix}row>`, SHEET_ROWS)
  refuseTooManyTags(xml, `<${prefix}c `, MAX_CELLS)
  refuseTooManyTags(xml, `<${prefix}mergeCell `, MAX_MERGES)
  dropHyperlinks(xml, prefix)
  onSheet({ lastRow: lastRow(xml, prefix), unsolved: unsolvedFormulas(xml, prefix) })
  return mendRuns(xml, prefix)
}

/** No spreadsheet program writes one; entities are how XML reads foreign files or grows without end. */
const refuseDoctype = (xml: Buffer) => {
  const utf16 = Buffer.from('<!DOCTYPE', 'utf16le')
  const found = xml.includes('<!DOCTYPE') || xml.includes(utf16) || xml.includes(Buffer.from(utf16).swap16())
  if (found)
    throw new TableError('table_unreadable', '文件含有不允许的内容(DOCTYPE),请用 Excel 或 WPS 另存为 .xlsx 再导入')
}

const refuseTooManyTags = (xml: Buffer, tag: string, most: number) => {
  // The shortest spelling of a tag bounds the count: small parts need no walk.
  if (xml.length / tag.length < most) return
  let count = 0
  for (let at = xml.indexOf(tag); at >= 0; at = xml.indexOf(tag, at + tag.length)) {
    if (++count > most) throw tooMuchContent()
  }
}

/** One link over A1:XFD1048576 makes SheetJS create 17 billion cells; links are not read anyway. */
const dropHyperlinks = (xml: Buffer, prefix: string) => {
  const start = xml.lastIndexOf(`<${prefix}hyperlinks`)
  const close = `</${prefix}hyperlinks>`
  const end = xml.lastIndexOf(close)
  if (start >= 0 && end > start) xml.fill(' ', start, end + close.length)
}

const lastRow = (xml: Buffer, prefix: string) => {
  const at = Math.max(xml.lastIndexOf(`</${prefix}v>`), xml.lastIndexOf(`</${prefix}is>`))
  if (at < 0) return 0
  const row = xml.lastIndexOf(`<${prefix}row`, at)
  if (row < 0) throw damaged()
  const declared = /^[^>]*\sr=["'](\d+)["']/.exec(xml.toString('latin1', row, row + 300))
  return declared ? Number(declared[1]) : countRows(xml, `<${prefix}row`, row)
}

const countRows = (xml: Buffer, tag: string, last: number) => {
  let count = 0
  for (let at = xml.indexOf(tag); at >= 0 && at <= last; at = xml.indexOf(tag, at + tag.length)) count++
  return count
}

/** Programs that write formulas but cannot calculate leave cells that read as empty. */
const unsolvedFormulas = (xml: Buffer, prefix: string) => {
  const found: string[] = []
  const open = `<${prefix}f`
  const close = `</${prefix}f>`
  const noValue = new RegExp(`^\\s*(<${prefix}v\\s*/>|<${prefix}v>\\s*</${prefix}v>)?\\s*</${prefix}c>`)
  for (let at = xml.indexOf(open); at >= 0; at = xml.indexOf(open, at + open.length)) {
    if (!' >/'.includes(String.fromCharCode(xml[at + open.length] ?? 0))) continue
    const tagEnd = xml.indexOf('>', at)
    const end = xml[tagEnd - 1] === 0x2f ? tagEnd + 1 : xml.indexOf(close, at) + close.length
    if (tagEnd < 0 || end < tagEnd) break
    if (!noValue.test(xml.toString('latin1', end, end + 60))) continue
    const cell = xml.toString('latin1', xml.lastIndexOf(`<${prefix}c`, at - 1), at)
    const reference = /\sr=["']([A-Z]+\d+)["']/.exec(cell)
    // t="str" without text is a result: the empty string.
    if (reference && !/\st=["']str["']/.test(cell)) found.push(reference[1]!)
  }
  return found
}

/** `<si/>` is a string, but SheetJS would glue it to the next one and shift every string after it. */
const mendEmptyItems = (xml: Buffer, prefix: string) => {
  const text = xml.toString('latin1')
  const empty = new RegExp(`<${prefix}si(\\s[^>]*)?/>`, 'g')
  if (!empty.test(text)) return xml
  return Buffer.from(text.replace(empty, `<${prefix}si><${prefix}t></${prefix}t></${prefix}si>`), 'latin1')
}

/** `<t>a</t><r><t>b</t></r>` reads as "a" in SheetJS and "ab" in Excel: make the lone text a run as well. */
const mendRuns = (xml: Buffer, prefix: string) => {
  const lone = new RegExp(`(<${prefix}t(?:\\s[^>]*)?>[^<]*</${prefix}t>)(?=\\s*<${prefix}r[\\s>])`, 'g')
  const text = xml.toString('latin1')
  if (!lone.test(text)) return xml
  return Buffer.from(text.replace(lone, `<${prefix}r>$1</${prefix}r>`), 'latin1')
}
