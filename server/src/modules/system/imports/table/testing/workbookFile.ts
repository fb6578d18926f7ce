import { zipFile, type ZipEntry } from './zipFile.ts'

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

export type SheetXml = { name?: string; rows: string; after?: string; state?: 'hidden' | 'veryHidden' }
export type WorkbookXml = {
  sheets: readonly SheetXml[]
  /** Contents of <sst>. */
  strings?: string
  /** Number formats of the cell styles s="1", s="2", … */
  formats?: readonly string[]
  date1904?: boolean
  more?: readonly ZipEntry[]
}

/** A whole .xlsx around hand-written rows: what writers do not write is what readers stumble over. */
export const workbookFile = (book: WorkbookXml): Buffer => zipFile(workbookEntries(book))

export const workbookEntries = ({ sheets, strings, formats = [], date1904, more = [] }: WorkbookXml): ZipEntry[] => {
  const part = (name: string, type: string) => `<Override PartName="/xl/${name}" ContentType="${TYPE}.${type}+xml"/>`
  const types = sheets.map((_, at) => part(`worksheets/sheet${at + 1}.xml`, 'worksheet')).join('')
  return [
    {
      name: '[Content_Types].xml',
      content:
        `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
        part('workbook.xml', 'sheet.main') +
        part('styles.xml', 'styles') +
        (strings === undefined ? '' : part('sharedStrings.xml', 'sharedStrings')) +
        `${types}</Types>`,
    },
    {
      name: 'xl/workbook.xml',
      content:
        `${XML}<workbook xmlns="${MAIN}" xmlns:r="${REL}">${date1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>` +
        sheets.map(({ name, state }, at) => sheetTag(name ?? `Sheet${at + 1}`, at + 1, state)).join('') +
        '</sheets></workbook>',
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content:
        `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
        sheets.map((_, at) => relation(at + 1)).join('') +
        '</Relationships>',
    },
    { name: 'xl/styles.xml', content: stylesXml(formats) },
    ...(strings === undefined
      ? []
      : [{ name: 'xl/sharedStrings.xml', content: `${XML}<sst xmlns="${MAIN}">${strings}</sst>` }]),
    ...sheets.map(({ rows, after = '' }, at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      content: `${XML}<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData>${after}</worksheet>`,
    })),
    ...more,
  ]
}

const sheetTag = (name: string, id: number, state?: string) =>
  `<sheet name="${name}" sheetId="${id}"${state ? ` state="${state}"` : ''} r:id="rId${id}"/>`

const relation = (id: number) =>
  `<Relationship Id="rId${id}" Type="${REL}/worksheet" Target="worksheets/sheet${id}.xml"/>`

const stylesXml = (formats: readonly string[]) =>
  `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="${formats.length}">` +
  formats.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${escapeXml(code)}"/>`).join('') +
  `</numFmts><cellXfs count="${formats.length + 1}"><xf numFmtId="0"/>` +
  formats.map((_, at) => `<xf numFmtId="${164 + at}" applyNumberFormat="1"/>`).join('') +
  '</cellXfs></styleSheet>'

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** One row of text cells. */
export const textRow = (row: number, ...texts: string[]) =>
  `<row r="${row}">${texts.map((text, at) => textCell(`${column(at)}${row}`, text)).join('')}</row>`

export const textCell = (reference: string, text: string) =>
  `<c r="${reference}" t="inlineStr"><is><t>${escapeXml(text)}</t></is></c>`

const column = (at: number) => String.fromCharCode(65 + at)
