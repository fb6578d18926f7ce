export type TableErrorCode =
  | 'table_too_large'
  | 'table_encrypted'
  | 'table_unreadable'
  | 'table_empty'
  | 'table_unsupported'
  | 'table_timeout'

/** A refusal whose Chinese message says what to do; the text of a library is never shown. */
export class TableError extends Error {
  readonly code: TableErrorCode

  constructor(code: TableErrorCode, message: string) {
    super(message)
    this.name = 'TableError'
    this.code = code
  }
}

export const tooManyRows = (maxRows: number) =>
  new TableError('table_too_large', `数据超过 ${maxRows} 行,请拆成几个文件分别导入`)

export const tooManyColumns = (maxColumns: number) =>
  new TableError('table_too_large', `表格超过 ${maxColumns} 列,请删去用不到的列再导入`)

export const tooBigFile = (maxBytes: number) => {
  const limit =
    maxBytes < 1024 * 1024 ? `${Math.floor(maxBytes / 1024)} KB` : `${Math.floor(maxBytes / 1024 / 1024)} MB`
  return new TableError('table_too_large', `文件超过 ${limit},请拆成几个文件分别导入`)
}

export const tooMuchContent = () =>
  new TableError('table_too_large', '文件解开后内容过大,请只保留要导入的工作表,复制到新的工作簿再导入')

export const damaged = () =>
  new TableError('table_unreadable', '文件已损坏或不完整,请用 Excel 或 WPS 打开,另存为 .xlsx 再导入')

export const encrypted = () =>
  new TableError('table_encrypted', '文件设有打开密码,请先在 Excel 或 WPS 中取消密码再导入')

export const noData = () => new TableError('table_empty', '表格里没有数据,请确认文件内容后再导入')

export const headerOnly = () => new TableError('table_empty', '表格里只有表头,没有数据行,请填好数据再导入')

export const hugeCell = (row: number) =>
  new TableError('table_too_large', `第 ${row} 行有一个格子的文字过长,请缩短后再导入`)
