import { delivery, deliveryLine } from '@crm/shared/entities/delivery'
import { order, orderLine } from '@crm/shared/entities/order'
import { quote, quoteLine } from '@crm/shared/entities/quote'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { Entity } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { type ExportColumn, fieldColumns, within } from '../../../core/exports/exportColumns.ts'
import type { ListExport } from '../../../core/exports/exportList.ts'
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
  readonly headKeys: readonly string[]
  readonly line: Entity
  readonly lineKeys: readonly string[]
  /** Column of the line that names its document. */
  readonly parent: string
  readonly noun: string
  readonly page: (read: Read, actor: Actor, query: ListQuery) => Promise<unknown>
  /** Where the line's product is found. */
  readonly goods: 'own' | 'ofOrder'
}

const numberColumn: ExportColumn<DocumentLine> = {
  key: 'productNumber',
  header: '产品编号',
  kind: 'text',
  cell: ({ line }) => (line['productNumber'] as string | null) ?? null,
}

/** The lines of these documents in their order, with the numbers of their products. */
async function linesOf(read: Read, { goods, line, parent }: Facts, ids: readonly number[]): Promise<Raw[]> {
  const own = tables(read).selectFrom(line.table).selectAll(line.table)
  const source =
    goods === 'own'
      ? own.leftJoin('products', 'products.id', `${line.table}.productId`)
      : own
          .leftJoin('orderLines', 'orderLines.id', `${line.table}.orderLineId`) // unscoped: of documents the reader was shown
          .leftJoin('products', 'products.id', 'orderLines.productId')
  return source
    .select('products.number as productNumber')
    .where(inIds(read, `${line.table}.${parent}`, ids))
    .orderBy(`${line.table}.${parent}`)
    .orderBy(`${line.table}.id`)
    .execute()
}

/** A list of documents whose file has a row per line; costs stay in the house. */
const withLines = (facts: Facts): ListExport<Raw, DocumentLine> => ({
  entity: facts.head,
  noun: facts.noun,
  page: facts.page as (read: Read, actor: Actor, query: ListQuery) => Promise<Page<Raw>>,
  columns: (actor, words) => [
    ...within('head', fieldColumns(facts.head, facts.headKeys, actor, words)),
    numberColumn,
    ...within('line', fieldColumns(facts.line, facts.lineKeys, actor, words)),
  ],
  async items(read, rows) {
    const ids = rows.map((row) => row['id'] as number)
    const lines = Map.groupBy(await linesOf(read, facts, ids), (line) => line[facts.parent])
    return rows.flatMap((head) => (lines.get(head['id']) ?? []).map((line) => ({ head, line })))
  },
})
const keysIn = (names: string) => names.split(/\s+/)

const GOODS = 'name spec unit qtyMilli priceFen discountBp taxRateBp amountFen taxFen'

export const documentLists = {
  quotes: withLines({
    head: quote,
    headKeys: keysIn(
      'number revision customerId contactId state quotedOn validUntil ownerId teamId amountFen discountFen taxFen terms notes',
    ),
    line: quoteLine,
    lineKeys: keysIn(`${GOODS} promisedOn notes`),
    parent: 'quoteId',
    noun: '报价',
    page: listQuotes,
    goods: 'own',
  }),
  orders: withLines({
    head: order,
    headKeys: keysIn(
      'number customerId state orderedOn contactId contractId ownerId teamId delivererId address amountFen discountFen taxFen notes',
    ),
    line: orderLine,
    lineKeys: keysIn(`${GOODS} promisedOn deliveredMilli returnedMilli notes`),
    parent: 'orderId',
    noun: '订单',
    page: listOrders,
    goods: 'own',
  }),
  deliveries: withLines({
    head: delivery,
    headKeys: keysIn(
      'number orderId customerId kind state deliveredOn delivererId carrier trackingNumber address receiver notes',
    ),
    line: deliveryLine,
    lineKeys: ['name', 'qtyMilli'],
    parent: 'deliveryId',
    noun: '交货单',
    page: listDeliveries,
    goods: 'ofOrder',
  }),
} as const
