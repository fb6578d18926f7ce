import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { cellValue, DEFAULT_WIDTH, FORMATS, safeSheetName, safeText, type SheetToWrite } from './writeSheet.ts'
import { openTarget, type WriteColumn, type WriteTarget } from './writeTarget.ts'
import { zipped, type ZipPart } from './zipped.ts'

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const CHUNK_CHARS = 64 * 1024
const DAY_MS = 86_400_000
/** Excel counts days from here. */
const DAY_ZERO = Date.UTC(1899, 11, 30)

/**
 * .xlsx of several sheets, one after the other, written while their rows arrive: hucre streams one sheet only, and holds a workbook of
 * several in memory as a whole. Cells are those of `writeSheet`.
 */
export const writeBook = (target: WriteTarget, sheets: readonly SheetToWrite[]): Promise<void> =>
  pipeline(Readable.from(zipped(parts(sheets)), { objectMode: false }), openTarget(target))

function* parts(sheets: readonly SheetToWrite[]): Generator<ZipPart> {
  for (const [at, sheet] of sheets.entries()) yield { path: `xl/worksheets/sheet${at + 1}.xml`, data: sheetXml(sheet) }
  const files = sheets.map((_, at) => `worksheets/sheet${at + 1}.xml`)
  const overrides = [
    ['workbook.xml', 'sheet.main'],
    ['styles.xml', 'styles'],
    ...files.map((file) => [file, 'worksheet'] as const),
  ].map(([file, type]) => `<Override PartName="/xl/${file}" ContentType="${SHEET}.${type}+xml"/>`)
  const links = [...files.map((file) => ['worksheet', file] as const), ['styles', 'styles.xml'] as const]
  yield { path: 'xl/styles.xml', data: [STYLES_XML] }
  yield {
    path: 'xl/_rels/workbook.xml.rels',
    data: [relations(links.map(([type, file]) => [type, file]))],
  }
  yield {
    path: 'xl/workbook.xml',
    data: [
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets
        .map(
          ({ sheetName }, at) =>
            `<sheet name="${escaped(safeSheetName(sheetName))}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`,
        )
        .join('')}</sheets></workbook>`,
    ],
  }
  yield { path: '_rels/.rels', data: [relations([['officeDocument', 'xl/workbook.xml']])] }
  yield {
    path: '[Content_Types].xml',
    data: [
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`,
    ],
  }
}
const relations = (links: readonly (readonly [type: string, target: string])[]) =>
  `${XML}<Relationships xmlns="${PACKAGE}/relationships">${links
    .map(([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`

const KINDS = Object.keys(FORMATS) as WriteColumn['kind'][]
const styleOf = (kind: WriteColumn['kind']) => KINDS.indexOf(kind) + 1
/** Style 0 is the plain one; the others follow the kinds of columns. Formats of one's own begin at 164. */
const STYLES_XML = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${KINDS.length}">${KINDS.map(
  (kind, at) => `<numFmt numFmtId="${164 + at}" formatCode="${FORMATS[kind] || 'General'}"/>`,
).join(
  '',
)}</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${KINDS.length + 1}"><xf/>${KINDS.map(
  (_, at) => `<xf numFmtId="${164 + at}" applyNumberFormat="1"/>`,
).join('')}</cellXfs></styleSheet>`

async function* sheetXml({ columns, rows }: SheetToWrite): AsyncGenerator<string> {
  const widths = columns.map(
    ({ kind, width = DEFAULT_WIDTH }, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1" style="${styleOf(kind)}"/>`,
  )
  const head = columns.map(({ header }, at) => textCell(`${letters(at)}1`, 0, safeText(header)))
  let chunk = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData><row r="1">${head.join('')}</row>`
  const names = columns.map((_, at) => letters(at))
  let number = 1
  for await (const row of rows) {
    number++
    const cells = columns.map(({ kind }, at) => cellXml(`${names[at]}${number}`, kind, row[at] ?? null))
    chunk += `<row r="${number}">${cells.join('')}</row>`
    if (chunk.length < CHUNK_CHARS) continue
    yield chunk
    chunk = ''
  }
  yield `${chunk}</sheetData></worksheet>`
}

function cellXml(place: string, kind: WriteColumn['kind'], raw: string | number | null): string {
  const value = cellValue(raw, kind)
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return numberCell(place, styleOf(kind), (value.getTime() - DAY_ZERO) / DAY_MS)
  return typeof value === 'number'
    ? numberCell(place, styleOf(kind), value)
    : textCell(place, styleOf('text'), String(value))
}
const numberCell = (place: string, style: number, value: number) => `<c r="${place}" s="${style}"><v>${value}</v></c>`
const textCell = (place: string, style: number, text: string) =>
  `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`

/** A, B … Z, AA … */
const letters = (at: number): string =>
  (at >= 26 ? letters(Math.floor(at / 26) - 1) : '') + String.fromCharCode(65 + (at % 26))

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** XML has no letters for most of what lies below the blank. */
const escaped = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/[\p{Cc}\uFFFE\uFFFF]/gu, (letter) => (letter === '\n' || letter === '\t' ? letter : ' '))
    .replace(/[&<>"]/g, (letter) => ESCAPES[letter]!)
