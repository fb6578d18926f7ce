import type { Complaint } from './complaints.ts'
import type { StoredRow } from './convert.ts'

/** Documents on one sheet, their lines on another, joined by the number; the documents' columns come first. */
export interface Layout {
  readonly head: string
  readonly lines: string
  /** How many of the columns are the documents'. */
  readonly headColumns: number
}
export const layoutOf = ({ layout }: { readonly layout: string | null }): Layout | null =>
  layout === null ? null : (JSON.parse(layout) as Layout)

type Placed = Pick<StoredRow, 'headRow' | 'lineRow'>
/** 订单明细 第 5 行; null in a file of one sheet. */
export function placeOf(layout: Layout | null, { headRow, lineRow }: Placed): string | null {
  if (!layout) return null
  if (lineRow !== null && lineRow !== undefined) return `${layout.lines} 第 ${lineRow} 行`
  return headRow === null || headRow === undefined ? null : `${layout.head} 第 ${headRow} 行`
}

/** The complaint with the sheet and row that its column stands on. */
export function placed(
  layout: Layout | null,
  headers: readonly string[],
  row: Placed,
  { column, message, ...rest }: Complaint,
): Complaint {
  if (!layout) return { column, message, ...rest }
  const isHead = column !== null && headers.indexOf(column) < layout.headColumns
  const place = isHead && row.headRow ? placeOf(layout, { headRow: row.headRow, lineRow: null }) : placeOf(layout, row)
  const said = column === null || message.includes(column) ? message : `“${column}”${message}`
  return { column, message: place === null ? said : `${place}:${said}`, ...rest }
}
