import type { ExportQuery, FileLayout } from '@crm/shared/contract/exports'
import type { Page } from '@crm/shared/kernel/endpoint'
import { type Entity, rightTo } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Read, Store } from '../../db/store.ts'
import { type Actor, can } from '../access/actor.ts'
import { forbidden, invalidField } from '../problem.ts'
import type { Raw } from '../rows/rows.ts'
import type { ExportColumn, Words } from './exportColumns.ts'
import { PAGE_ROWS, type PagedList, pagesOf } from './exportPages.ts'
import { writeBook } from './writeBook.ts'
import { writeCsv } from './writeCsv.ts'
import { writeSheet } from './writeSheet.ts'
import type { WriteRow, WriteTarget } from './writeTarget.ts'

export const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/** A list as a file: `Item` is what one line of the file shows. */
export interface ListExport<Row, Item = Row> extends PagedList<Row> {
  /** Name of the file and of its sheet. */
  readonly noun: string
  readonly columns: (actor: Actor, words: Words) => readonly ExportColumn<Item>[]
  /** Several lines for one row, an order's goods, or more than the row says, for these columns. Absent: the rows themselves. */
  readonly items?: (
    read: Read,
    rows: readonly Row[],
    asked: { actor: Actor; keys: ReadonlySet<string> },
  ) => Promise<readonly Item[]>
  /** A second sheet of the same workbook: the lines of what stands on the first. */
  readonly second?: SecondSheet<Row, Item>
}
export interface SecondSheet<Row, Item> {
  readonly noun: string
  readonly columns: (actor: Actor, words: Words) => readonly ExportColumn<Item>[]
  /** What is remembered of each row until its turn comes. */
  readonly keep: (row: Row) => Raw
  readonly items: (read: Read, kept: readonly Raw[]) => Promise<readonly Item[]>
}
/** A list, or what it is laid out one way or another. */
export type AnyExport<Row, Item = Row> =
  | ListExport<Row, Item>
  | ((layout: FileLayout | undefined) => ListExport<Row, Item>)
export interface ExportDeps {
  readonly store: Store
  /** What codes are called, and the company's time zone. */
  readonly words: (read: Read) => Promise<Words>
}

/** `fields=`: these columns, in the order they were asked for. */
function chosen<Item>(columns: readonly ExportColumn<Item>[], fields: unknown): readonly ExportColumn<Item>[] {
  if (!Array.isArray(fields)) return columns.filter(({ isAsked }) => !isAsked)
  const known = (fields as string[]).flatMap((key) => columns.filter((column) => column.key === key))
  if (known.length === 0) throw invalidField('fields', '没有选中可以导出的列')
  return known
}

/** Between two pages, when so many rows are read: others have their turn. Says whose rights count from here on; throws to end it. */
export type BetweenPages = (rows: number) => Promise<Actor>

/** A file that can be written: its first page is read, so that what cannot be exported is refused before a byte is sent. */
export interface ExportFile {
  readonly entity: Entity
  readonly fileName: string
  readonly mediaType: string
  /** What it is about: filters, order, columns, layout and format. */
  readonly asked: ExportQuery
  /** As lists count: to 10,000. */
  readonly total: number
  readonly totalCapped: boolean
  /** How many rows it will have, counted on the worker; null where the list counts no further. */
  readonly count: () => Promise<number | null>
  /** Once. */
  readonly write: (target: WriteTarget, between: BetweenPages) => Promise<void>
}

/** What the same parameters show in the list: its filters, order, scope and masks, all pages of it. */
export async function openExport<Row, Item = Row>(
  { store, words }: ExportDeps,
  any: AnyExport<Row, Item>,
  { actor, query }: { readonly actor: Actor; readonly query: ExportQuery },
): Promise<ExportFile> {
  const {
    count: _,
    cursor: __,
    fields,
    format = 'csv',
    layout,
    mode: ___,
    page: ____,
    size: _____,
    totals: ______,
    ...rest
  } = query
  const list = typeof any === 'function' ? any(layout) : any
  if (!can(actor, rightTo(list.entity, 'read'))) throw forbidden()
  if (list.second && (format !== 'xlsx' || fields))
    throw invalidField(fields ? 'fields' : 'format', '两个工作表只有 xlsx 文件才有,列不能挑选')
  const known = await words(store.read)
  const columns = chosen(list.columns(actor, known), fields)
  const keys = new Set(columns.map(({ key }) => key))
  let now = actor
  const pages = pagesOf(list, store.read, () => now, rest as ListQuery)
  const first = (await pages.next()).value as Page<Row>

  async function write(target: WriteTarget, between: BetweenPages): Promise<void> {
    const kept: Raw[] = []
    let read = 0
    async function* rows(): AsyncGenerator<WriteRow> {
      let page: Page<Row> | void = first
      while (page) {
        const items = list.items
          ? await list.items(store.read, page.items, { actor: now, keys })
          : (page.items as unknown as Item[])
        for (const item of items) yield columns.map(({ cell }) => cell(item))
        if (list.second) kept.push(...page.items.map(list.second.keep))
        now = await between((read += page.items.length))
        page = (await pages.next()).value
      }
    }
    const sheets = [{ sheetName: list.noun, columns, rows: rows() }]
    if (list.second) {
      const { columns: of, items, noun } = list.second
      const theirs = of(actor, known)
      async function* lines(): AsyncGenerator<WriteRow> {
        for (let at = 0; at < kept.length; at += PAGE_ROWS) {
          const some = await items(store.read, kept.slice(at, at + PAGE_ROWS))
          for (const item of some) yield theirs.map(({ cell }) => cell(item))
          now = await between(read)
        }
      }
      sheets.push({ sheetName: noun, columns: theirs, rows: lines() })
    }
    const [sheet] = sheets
    if (format === 'csv') await writeCsv(target, sheet!)
    else if (list.second) await writeBook(target, sheets)
    else await writeSheet(target, sheet!)
  }

  return {
    entity: list.entity,
    fileName: `${list.noun}-${actor.today}.${format}`,
    mediaType: mediaTypes[format],
    asked: { ...rest, ...(fields && { fields }), ...(layout && { layout }), format } as ExportQuery,
    total: first.total,
    totalCapped: first.totalCapped,
    async count() {
      if (!first.totalCapped) return first.total
      const exact = { ...rest, size: 0, count: 'exact' } as ListQuery
      const { total, totalCapped } = await list.page(store.read, actor, exact, { heavy: store.heavy.bind(store) })
      return totalCapped ? null : total
    },
    write,
  }
}
