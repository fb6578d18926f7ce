import { exportColumns, type FileColumns } from '@crm/shared/contract/exportColumns'
import type { FileLayout } from '@crm/shared/contract/exports'
import { delivery, deliveryLine } from '@crm/shared/entities/delivery'
import { order, orderLine } from '@crm/shared/entities/order'
import { quote, quoteLine } from '@crm/shared/entities/quote'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { Entity } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { asked, type ExportColumn, fieldColumns, within, type Words } from '../../../core/exports/exportColumns.ts'
import type { ListExport } from '../../../core/exports/exportFile.ts'
import { type Raw, tables } from '../../../core/rows/rows.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read } from '../../../db/store.ts'
import { listDeliveries } from '../../contracts/deliveries/service.ts'
import { listOrders } from '../../contracts/orders/service.ts'
import { listQuotes } from '../../sales/quotes/service.ts'

/** A document and one of its lines: what one line of the file shows. */
export interface DocumentLine {
  readonly head: Raw
  readonly line: Raw
}

interface Facts {
  readonly head: Entity
  readonly line: Entity
  /** Column of the line that names its document. */
  readonly parent: string
  readonly noun: string
  readonly keys: FileColumns
  readonly page: (read: Read, actor: Actor, query: ListQuery) => Promise<unknown>
  /** Where the line's product is found. */
  readonly goods: 'own' | 'ofOrder'
}

const PRODUCT = 'productNumber'
const productColumn: ExportColumn<Raw> = {
  key: PRODUCT,
  header: '产品编号',
  kind: 'text',
  cell: (line) => (line[PRODUCT] as string | null) ?? null,
}

const CONTRACT = 'contractNumber'
const contractColumn: ExportColumn<Raw> = {
  key: CONTRACT,
  header: '合同号',
  kind: 'text',
  cell: (head) => (head[CONTRACT] as string | null) ?? null,
}
const headColumns = (head: Entity, keys: readonly string[], actor: Actor, words: Words) =>
  keys.flatMap((key) => (key === CONTRACT ? [contractColumn] : fieldColumns(head, [key], actor, words)))

/** The documents with the numbers of their contracts: names may be those of several. */
async function withContracts<Head extends Raw>(read: Read, heads: readonly Head[]): Promise<readonly Head[]> {
  const ids = [...new Set(heads.flatMap((head) => (head['contractId'] as number | null | undefined) ?? []))]
  if (ids.length === 0) return heads
  const found = await read
    .selectFrom('contracts') // unscoped: of documents the reader was shown
    .select(['id', 'number'])
    .where(inIds(read, 'id', ids))
    .execute()
  const numbers = new Map(found.map(({ id, number }) => [id, number]))
  return heads.map((head) => ({ ...head, [CONTRACT]: numbers.get(head['contractId'] as number) ?? null }))
}

/** The lines of these documents in their order, with the numbers of their products. */
async function linesOf(read: Read, { goods, line, parent }: Facts, heads: readonly Raw[]): Promise<DocumentLine[]> {
  const own = tables(read).selectFrom(line.table).selectAll(line.table)
  const source =
    goods === 'own'
      ? own.leftJoin('products', 'products.id', `${line.table}.productId`)
      : own
          .leftJoin('orderLines', 'orderLines.id', `${line.table}.orderLineId`) // unscoped: of documents the reader was shown
          .leftJoin('products', 'products.id', 'orderLines.productId')
  const ids = heads.map((head) => head['id'] as number)
  const rows = await source
    .select(`products.number as ${PRODUCT}`)
    .where(inIds(read, `${line.table}.${parent}`, ids))
    .orderBy(`${line.table}.${parent}`)
    .orderBy(`${line.table}.id`)
    .execute()
  const byHead = Map.groupBy(rows, (row) => row[parent])
  return heads.flatMap((head) => (byHead.get(head['id']) ?? []).map((row) => ({ head, line: row })))
}

const lineColumns = ({ keys, line }: Facts, actor: Actor, words: Words): readonly ExportColumn<Raw>[] => [
  productColumn,
  ...fieldColumns(
    line,
    keys.line!.filter((key) => key !== PRODUCT),
    actor,
    words,
  ),
]

/** A list of documents: a line of the file per document, per line of it, or a sheet of each. Costs stay in the house. */
const withLines = (facts: Facts) => {
  const { head, keys, noun } = facts
  const list = {
    entity: head,
    noun,
    page: facts.page as (read: Read, actor: Actor, query: ListQuery) => Promise<Page<Raw>>,
  }
  const rows: ListExport<Raw> = {
    ...list,
    columns: (actor, words) => [
      ...headColumns(head, keys.all, actor, words),
      ...asked(fieldColumns(head, keys.asked ?? [], actor, words)),
    ],
    items: (read, heads) => withContracts(read, heads),
  }
  const lines: ListExport<Raw, DocumentLine> = {
    ...list,
    columns: (actor, words) => [
      ...within('head', headColumns(head, keys.all, actor, words)),
      ...within('line', lineColumns(facts, actor, words)),
    ],
    items: async (read, heads) => linesOf(read, facts, await withContracts(read, heads)),
  }
  const sheets: ListExport<Raw, Raw | DocumentLine> = {
    ...(rows as ListExport<Raw, Raw | DocumentLine>),
    second: {
      noun: `${noun}明细`,
      columns: (actor, words) =>
        [
          ...within('head', fieldColumns(head, ['number'], actor, words)),
          ...within('line', lineColumns(facts, actor, words)),
        ] as readonly ExportColumn<Raw | DocumentLine>[],
      keep: ({ id, number }) => ({ id, number }),
      items: (read, kept) => linesOf(read, facts, kept),
    },
  }
  return (layout: FileLayout = 'lines') => ({ rows, lines, sheets })[layout] as ListExport<Raw, unknown>
}

export const documentLists = {
  quotes: withLines({
    head: quote,
    line: quoteLine,
    parent: 'quoteId',
    noun: '报价',
    keys: exportColumns.quotes,
    page: listQuotes,
    goods: 'own',
  }),
  orders: withLines({
    head: order,
    line: orderLine,
    parent: 'orderId',
    noun: '订单',
    keys: exportColumns.orders,
    page: listOrders,
    goods: 'own',
  }),
  deliveries: withLines({
    head: delivery,
    line: deliveryLine,
    parent: 'deliveryId',
    noun: '交货单',
    keys: exportColumns.deliveries,
    page: listDeliveries,
    goods: 'ofOrder',
  }),
} as const
