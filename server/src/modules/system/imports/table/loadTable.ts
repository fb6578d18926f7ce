import { readFile } from 'node:fs/promises'
import { readTextTable } from './readText.ts'
import { shapeTable } from './shapeTable.ts'
import type { Source, Table, TableLimits } from './table.ts'
import { noData, TableError, tooBigFile } from './tableError.ts'

const ZIP = 'PK'
const CFB = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
/** First bytes of files that people pick by mistake. */
const FOREIGN: readonly [magic: string, name: string][] = [
  ['%PDF', 'PDF 文件'],
  ['\x89PNG', '图片'],
  ['GIF8', '图片'],
  ['\xff\xd8\xff', '图片'],
  ['{\\rtf', 'RTF 文档'],
  ['Rar!', '压缩包'],
  ['7z\xbc\xaf', '压缩包'],
  ['\x1f\x8b', '压缩包'],
  ['SQLite format', '数据库文件'],
  ['\x09\x00\x04\x00', '太旧的 Excel 文件'],
  ['\x09\x02\x06\x00', '太旧的 Excel 文件'],
  ['\x09\x04\x06\x00', '太旧的 Excel 文件'],
]

/** The whole table of a file. Runs on the worker: it blocks its thread for seconds. Throws TableError only. */
export const loadTable = async (file: string, limits: TableLimits): Promise<Table> => {
  const bytes = await readFile(file).catch(() => {
    throw new TableError('table_unreadable', '文件打不开或已被删除,请重新上传')
  })
  if (bytes.length > limits.maxBytes) throw tooBigFile(limits.maxBytes)
  return shapeTable(await readSource(bytes, limits), limits)
}

/** By content: the extension of a file says little about it. */
const readSource = async (bytes: Buffer, limits: TableLimits): Promise<Source> => {
  if (!bytes.length) throw noData()
  const start = bytes.toString('latin1', 0, 16)
  const foreign = FOREIGN.find(([magic]) => start.startsWith(magic))
  if (foreign) throw new TableError('table_unsupported', `这是${foreign[1]},请选择 .xlsx、.xls 或 .csv 表格文件`)
  if (!start.startsWith(ZIP) && !start.startsWith(CFB)) return readTextTable(bytes, limits)
  // Loaded late: SheetJS costs 150 ms that a CSV need not pay.
  const { readCfbWorkbook, readZipWorkbook } = await import('./readSheet.ts')
  return start.startsWith(CFB) ? readCfbWorkbook(bytes, limits) : readZipWorkbook(bytes, limits)
}
