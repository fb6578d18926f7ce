import type { RouteLocationRaw } from 'vue-router'

/** A column of a DataGrid. Its cell is a text node unless the page fills the slot `cell-<key>`. */
export interface Column<Row> {
  readonly key: string
  readonly label: string
  readonly widthPx: number
  readonly text: (row: Row) => string
  /** Full value for the `title` of a shortened text; the text itself when absent. */
  readonly title?: (row: Row) => string
  /** Name of the sort parameter; absent = not sortable. */
  readonly sort?: string
  /** Right-aligned. */
  readonly isNumber?: true
  /** Stays in sight while scrolling sideways and cannot be hidden. The first column of a list. */
  readonly isPinned?: true
  /** Off until the user turns it on. */
  readonly isExtra?: true
  /** A button: there is nothing to put into a file. */
  readonly isAction?: true
  /** Makes the text a real link, so that Ctrl and middle click work. */
  readonly to?: (row: Row) => RouteLocationRaw
}
export const NARROWEST_PX = 56
export const WIDEST_PX = 640
export const SELECT_PX = 40
export const clampWidth = (px: number): number => Math.round(Math.min(WIDEST_PX, Math.max(NARROWEST_PX, px)))

/** Header clicks: descending, ascending, the list's own order. */
export const nextSort = (current: string, name: string): string =>
  current === `-${name}` ? name : current === name ? '' : `-${name}`
export const ariaSort = (current: string, name: string): 'ascending' | 'descending' | 'none' =>
  current === `-${name}` ? 'descending' : current === name ? 'ascending' : 'none'

/** The user's order of keys over the page's: keys unknown to the user's list keep their place at the end. */
export const orderedBy = <T extends { readonly key: string }>(columns: readonly T[], order: readonly string[]): T[] => {
  const rank = (key: string, at: number) => (order.includes(key) ? order.indexOf(key) : order.length + at)
  return columns
    .map((column, at) => ({ column, rank: rank(column.key, at) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ column }) => column)
}
