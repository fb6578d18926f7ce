import { PassThrough } from 'node:stream'
import { setImmediate as breathe } from 'node:timers/promises'
import type { ExportQuery, FileLayout } from '@crm/shared/contract/exports'
import type { Page } from '@crm/shared/kernel/endpoint'
import { type Entity, rightTo } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { FastifyReply } from 'fastify'
import type { Read, Store } from '../../db/store.ts'
import { type Actor, can } from '../access/actor.ts'
import { audit } from '../access/audit.ts'
import type { Raw as Http } from '../http/bind.ts'
import type { Raw } from '../rows/rows.ts'
import type { ExportColumn, Words } from './exportColumns.ts'
import { disposition } from '../http/fileReply.ts'
import { forbidden, invalidField, problem } from '../problem.ts'
import { writeBook } from './writeBook.ts'
import { writeCsv } from './writeCsv.ts'
import { writeSheet } from './writeSheet.ts'
import type { WriteRow } from './writeTarget.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** A page is read and written in a few ms; between two of them everybody else has a turn. */
const PAGE_ROWS = 100
/** After so many pages the rights are asked again: whoever lost them gets no more. */
const PAGES_TRUSTED = 10
/** As deep as lists may be paged where a cursor cannot follow the order. */
const DEEPEST = 10_000
/** A search by words ranks no more than these. */
const MOST_HITS = 1_000

/** A list as a file: `Item` is what one line of the file shows. */
export interface ListExport<Row, Item = Row> {
  readonly entity: Entity
  /** Name of the file and of its sheet. */
  readonly noun: string
  readonly page: (read: Read, actor: Actor, query: ListQuery) => Promise<Page<Row>>
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
type Pages<Row> = AsyncGenerator<Page<Row>, void>

/**
 * The pages of a list in its order, the first one at once with its count. Where no cursor follows the order (a column that may be empty,
 * several columns) pages are counted off; beyond 10,000 rows those come in the order of their creation.
 */
async function* pagesOf<Row>(
  { entity, page }: Pick<ListExport<Row>, 'entity' | 'page'>,
  read: Read,
  who: () => Actor,
  query: ListQuery,
): Pages<Row> {
  const size = PAGE_ROWS
  const { sort, ...unsorted } = query
  const isSearch = entity.search === true && (query.q ?? '').trim() !== ''
  if (isSearch) {
    const last = await page(read, who(), { ...unsorted, size, page: MOST_HITS / size })
    if (last.items.length === size && last.totalCapped)
      throw problem('too_large', `搜到的超过 ${MOST_HITS} 条,请加上筛选条件再导出`)
  }
  let order: ListQuery = isSearch ? unsorted : { ...unsorted, ...(sort && { sort }) }
  let now = await page(read, who(), { ...order, size })
  if (!isSearch && now.items.length === size && now.nextCursor === null && (now.totalCapped || now.total >= DEEPEST)) {
    order = { ...unsorted, sort: '-createdAt' }
    now = await page(read, who(), { ...order, size })
  }
  for (let number = 1; ; number++) {
    yield now
    if (now.items.length < size) return
    if (now.nextCursor !== null) now = await page(read, who(), { ...order, size, cursor: now.nextCursor })
    else if ((number + 1) * size > DEEPEST) return
    else now = await page(read, who(), { ...order, size, page: number + 1 })
  }
}

/** `fields=`: these columns, in the order they were asked for. */
function chosen<Item>(columns: readonly ExportColumn<Item>[], fields: unknown): readonly ExportColumn<Item>[] {
  if (!Array.isArray(fields)) return columns.filter(({ isAsked }) => !isAsked)
  const known = (fields as string[]).flatMap((key) => columns.filter((column) => column.key === key))
  if (known.length === 0) throw invalidField('fields', '没有选中可以导出的列')
  return known
}

/** Notes who takes what out of the house. */
const noteExport = ({ tx }: Store, actor: Actor, entity: Entity, asked: ExportQuery, first: Page<unknown>) =>
  tx((db) =>
    audit(db, actor, {
      entity: entity.name,
      recordId: null,
      action: 'export',
      after: { ...asked, rows: first.totalCapped ? `${first.total}+` : first.total },
    }),
  )

/** Answers with what the same parameters show in the list: its filters, order, scope and masks, all pages of it. */
export const exporting =
  <Row, Item = Row>({ store, words }: ExportDeps, any: AnyExport<Row, Item>) =>
  async (
    { actor, query }: { readonly actor: Actor; readonly query: ExportQuery },
    { again, reply, request }: Http,
  ): Promise<FastifyReply> => {
    const {
      count: _,
      cursor: __,
      fields,
      format = 'csv',
      layout,
      page: ___,
      size: ____,
      totals: _____,
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
    const what = { ...rest, ...(fields && { fields }), ...(layout && { layout }), format } as ExportQuery
    await noteExport(store, actor, list.entity, what, first)

    let turns = 0
    /** Others have their turn between two pages; whoever lost the right meanwhile gets no more. */
    const nextTurn = async () => {
      await breathe()
      if (++turns % PAGES_TRUSTED === 0) now = await again()
    }
    const kept: Raw[] = []
    async function* rows(): AsyncGenerator<WriteRow> {
      let page: Page<Row> | void = first
      while (page) {
        const items = list.items
          ? await list.items(store.read, page.items, { actor: now, keys })
          : (page.items as unknown as Item[])
        for (const item of items) yield columns.map(({ cell }) => cell(item))
        if (list.second) kept.push(...page.items.map(list.second.keep))
        await nextTurn()
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
          await nextTurn()
        }
      }
      sheets.push({ sheetName: noun, columns: theirs, rows: lines() })
    }
    const target = new PassThrough()
    const [sheet] = sheets
    const written =
      format === 'csv' ? writeCsv(target, sheet!) : list.second ? writeBook(target, sheets) : writeSheet(target, sheet!)
    written.catch((error: unknown) => {
      request.log.warn({ err: error }, `the export of ${list.entity.table} broke off`)
      target.destroy(error as Error)
    })
    return reply
      .type(format === 'xlsx' ? XLSX : 'text/csv; charset=utf-8')
      .header('content-disposition', disposition(`${list.noun}-${actor.today}.${format}`, false))
      .send(target)
  }
