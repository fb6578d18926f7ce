import * as XLSX from '@e965/xlsx'
import type { CellObject, ParsingOptions, WorkBook, WorkSheet } from '@e965/xlsx'
import * as codePages from '@e965/xlsx/dist/cpexcel.full.mjs'
import { cellText } from './cellText.ts'
import { prepareXml, type SheetFacts } from './sheetParts.ts'
import { MAX_CELL_CHARS } from './table.ts'
import type { CellWarning, Source, SourceRow, TableLimits } from './table.ts'
import { damaged, encrypted, hugeCell, noData, TableError, tooManyRows } from './tableError.ts'
import { inflatePart, listZip, refuseBomb, type ZipPart } from './zipGuard.ts'

/** The ESM build of SheetJS brings no code pages; a GBK .xls needs them. */
XLSX.set_cptable(codePages)

const MAX_INFLATED_BYTES = 300 * 1024 * 1024
/** Title, blank and header rows that may come on top of the allowed data rows. */
const SPARE_ROWS = 1_000
const NO_FACTS: SheetFacts = { lastRow: 0, unsolved: [] }
const OPTIONS: ParsingOptions = {
  cellDates: true,
  UTC: true,
  dense: true,
  cellNF: true,
  cellText: false,
  cellHTML: false,
  cellFormula: false,
}

/** .xlsx, .xlsm and .xlsb. Pictures, charts, links and comments are never unpacked. */
export const readZipWorkbook = (bytes: Buffer, limits: TableLimits): Source => {
  const parts = listZip(bytes)
  refuseForeignZip(parts.map((part) => part.name))
  const wanted = parts.filter(isWanted)
  refuseBomb(wanted, MAX_INFLATED_BYTES)
  const binary = wanted.some((part) => /(^|\/)workbook\.bin$/i.test(part.name))
  // The binary format hides its last row until it is read, and SheetJS drops rows beyond sheetRows without a word.
  const sheetRows = binary ? 0 : limits.maxRows + SPARE_ROWS
  const opened = openPackage(bytes, wanted, ({ lastRow }) => {
    if (lastRow > sheetRows) throw tooManyRows(limits.maxRows)
  })
  return chooseSheet('xlsx', (index) => opened.parse({ ...OPTIONS, sheets: index, sheetRows }), opened.facts, limits)
}

/** .xls of Excel 5 and later. */
export const readCfbWorkbook = (bytes: Buffer, limits: TableLimits): Source => {
  const names = cfbNames(bytes)
  if (names.some((name) => /^(EncryptedPackage|EncryptionInfo)$/i.test(name))) throw encrypted()
  if (!names.some((name) => /^(Workbook|Book)$/i.test(name))) {
    throw new TableError('table_unsupported', '这不是 Excel 表格(可能是 Word 等文档),请选择 .xlsx、.xls 或 .csv 文件')
  }
  const workbook = guarded(() => XLSX.read(bytes, { ...OPTIONS, type: 'buffer' }))
  return chooseSheet(
    'xls',
    () => workbook,
    () => NO_FACTS,
    limits,
  )
}

const cfbNames = (bytes: Buffer): string[] =>
  guarded(() => (XLSX.CFB.read(bytes, { type: 'buffer' }) as { FileIndex: { name: string }[] }).FileIndex).map(
    (entry) => entry.name,
  )

/** Any text a library throws becomes ours. */
const guarded = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (error instanceof TableError) throw error
    throw /password|encrypt/i.test(String(error)) ? encrypted() : damaged()
  }
}

const UNWANTED = new RegExp(
  '(^|/)(media|drawings|charts|embeddings|printerSettings|ctrlProps|customXml|pivotCache' +
    '|pivotTables|externalLinks|worksheets/_rels|comments[^/]*|threadedComments|theme)(/|\\.xml$)|vbaProject',
  'i',
)

const isWanted = ({ name }: ZipPart) => /\.(xml|rels|bin)$/i.test(name) && !UNWANTED.test(name.replaceAll('\\', '/'))

const refuseForeignZip = (names: string[]) => {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name))
  const foreign = has(/^word\//i)
    ? 'Word 文档'
    : has(/^ppt\//i)
      ? 'PPT 演示文稿'
      : has(/^content\.xml$/i)
        ? 'ODS 表格'
        : has(/^Index\/.*\.iwa$/i)
          ? 'Numbers 表格'
          : has(/^\[Content_Types\]\.xml$/i)
            ? ''
            : '压缩包'
  if (!foreign) return
  const advice = foreign === '压缩包' ? '请先解压,再选择里面的表格文件' : '请在 Excel 或 WPS 中另存为 .xlsx 再导入'
  throw new TableError('table_unsupported', `这是${foreign},${advice}`)
}

type PackageEntry = { name: string; asNodeBuffer: () => Buffer }
/** Exported by SheetJS, missing in its types: takes an opened package and asks for parts by name. */
const parseZip = (
  XLSX as unknown as {
    parse_zip: (zip: { files: Record<string, PackageEntry> }, options: ParsingOptions) => WorkBook
  }
).parse_zip

/** SheetJS gets only bytes that passed the guard, so no second zip reader can see another file than the first. */
const openPackage = (bytes: Buffer, parts: readonly ZipPart[], check: (facts: SheetFacts) => void) => {
  let facts = NO_FACTS
  let refusal: TableError | null = null
  const files = Object.create(null) as Record<string, PackageEntry>
  for (const part of parts) {
    files[part.name] = { name: part.name, asNodeBuffer: () => load(part) }
  }
  const load = (part: ZipPart) => {
    try {
      const content = inflatePart(bytes, part)
      return /\.bin$/i.test(part.name)
        ? content
        : prepareXml(content, (found) => {
            check(found)
            facts = found
          })
    } catch (error) {
      // SheetJS swallows what is thrown under it: remember it.
      if (error instanceof TableError) refusal ??= error
      throw error
    }
  }
  const parse = (options: ParsingOptions) => {
    facts = NO_FACTS
    try {
      const workbook = guarded(() => parseZip({ files }, options))
      if (!refusal) return workbook
    } catch (error) {
      throw refusal ?? error
    }
    throw refusal
  }
  return { parse, facts: () => facts }
}

const chooseSheet = (
  kind: 'xlsx' | 'xls',
  read: (index: number) => WorkBook,
  factsOfLast: () => SheetFacts,
  { sheet: wanted }: TableLimits,
): Source => {
  let workbook = read(0)
  const names = workbook.SheetNames
  const shown = names.filter((_, index) => !workbook.Workbook?.Sheets?.[index]?.Hidden)
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new TableError('table_empty', `没有名为「${wanted}」的工作表,可选:${shown.join('、')}`)
  }
  for (const name of wanted === undefined ? shown : [wanted]) {
    const index = names.indexOf(name)
    if (index > 0) workbook = read(index)
    // A sheet SheetJS cannot parse is just absent.
    if (!Object.hasOwn(workbook.Sheets, name) || !workbook.Sheets[name]) throw damaged()
    const worksheet = workbook.Sheets[name]
    if (worksheet['!type'] === 'chart') continue
    const source = sheetRows(worksheet, workbook.Workbook?.WBProps?.date1904 ?? false)
    if (!source.rows.length) continue
    source.warnings.push(...unsolvedWarnings(factsOfLast()))
    return { kind, sheets: shown, sheet: name, ...source }
  }
  throw noData()
}

const sheetRows = (sheet: WorkSheet, date1904: boolean) => {
  const rows: SourceRow[] = []
  const warnings: CellWarning[] = []
  const data = (sheet as { '!data'?: (CellObject | undefined)[][] })['!data'] ?? []
  for (const [index, line] of data.entries()) {
    const cells: string[] = []
    for (let column = 0; column < (line?.length ?? 0); column++) {
      const { text, warning } = cellText(line?.[column], date1904)
      if (!text) continue
      if (text.length > MAX_CELL_CHARS) throw hugeCell(index + 1)
      while (cells.length < column) cells.push('')
      cells.push(text)
      if (warning) warnings.push({ row: index + 1, column, message: warning })
    }
    if (cells.length) rows.push({ number: index + 1, cells })
  }
  const wide = (sheet['!merges'] ?? []).filter((merge) => merge.e.c > merge.s.c)
  return { rows, warnings, titleRows: new Set(wide.map((merge) => merge.s.r + 1)) }
}

const unsolvedWarnings = ({ unsolved }: SheetFacts): CellWarning[] =>
  unsolved.map((reference) => {
    const { r, c } = XLSX.utils.decode_cell(reference)
    return { row: r + 1, column: c, message: '公式没有保存计算结果,请用 Excel 或 WPS 打开并保存一次再导入' }
  })
