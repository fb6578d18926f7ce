import { decodeText } from './decodeText.ts'
import { plainCell, readRecords, sniffDelimiter } from './delimited.ts'
import type { CellWarning, Source, SourceRow, TableLimits } from './table.ts'
import { TableError, tooManyRows } from './tableError.ts'

const SPARE_ROWS = 10

/** CSV or tab text. Row numbers count records as Excel shows them, so a cell of three lines is one row. */
export const readTextTable = (bytes: Buffer, { maxRows, headerRow = 0 }: TableLimits): Source => {
  const { encoding, text } = decodeText(bytes)
  refuseMarkup(text)
  const { delimiter, body } = sniffDelimiter(text)
  const rows: SourceRow[] = []
  const warnings: CellWarning[] = []
  let number = 0
  for (const record of readRecords(body, delimiter)) {
    number++
    const cells = record.map(plainCell)
    if (!cells.some((cell) => cell.trim())) continue
    if (rows.length > maxRows + headerRow + SPARE_ROWS) throw tooManyRows(maxRows)
    rows.push({ number, cells })
    for (const [column, cell] of cells.entries()) {
      if (LOST_CODE.test(cell)) warnings.push({ row: number, column, message: LOST_CODE_MESSAGE })
    }
  }
  return { kind: delimiter === '\t' ? 'tsv' : 'csv', encoding, rows, warnings, titleRows: new Set() }
}

/** What Excel makes of an 18-digit code when it saves a CSV. */
const LOST_CODE = /^\d(\.\d+)?E\+(1[1-9]|2\d)$/i
const LOST_CODE_MESSAGE = '长号码已被 Excel 改成科学计数法,请从原表设为文本后重新导出'

const refuseMarkup = (text: string) => {
  const start = text.slice(0, 2000).trimStart()
  const page =
    /^<(!doctype html|html|head|body|table|meta|style|div|script|!--)/i.test(start) || /^MIME-Version:/i.test(start)
  if (page) throw new TableError('table_unsupported', '这是网页改名的文件,请用 Excel 或 WPS 打开,另存为 .xlsx 再导入')
  if (/^BEGIN:VCARD/i.test(start)) throw new TableError('table_unsupported', '这是通讯录文件(vCard),不是表格')
  if (!/^<(\?xml|!doctype|[a-z]+:?workbook)/i.test(start)) return
  throw new TableError('table_unsupported', '这是 XML 文件,请用 Excel 或 WPS 打开,另存为 .xlsx 再导入')
}
