import type { Writable } from 'node:stream'
import type { Order } from '@crm/shared/contract/orders'
import { order, orderLine, orderStates } from '@crm/shared/entities/order'
import type { ListQuery } from '@crm/shared/kernel/query'
import { formatYuan } from '@crm/shared/money'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import { writeCsv } from '../../../core/writeCsv.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Store } from '../../../db/store.ts'
import { listOrders } from './orders.ts'

const PAGE_ROWS = 200
const yuan = (fen: number) => formatYuan(fen, { grouping: false })
const percent = (bp: number) => `${bp / 100}%`

/** Notes who takes what out of the house. */
export const noteExport = ({ tx }: Store, actor: Actor, asked: ListQuery): Promise<void> =>
  tx((db) => audit(db, actor, { entity: order.name, recordId: null, action: 'export', after: { ...asked } }))

interface Line {
  readonly orderId: number
  readonly position: number
  readonly name: string
  readonly spec: string | null
  readonly unit: string | null
  readonly qtyMilli: number
  readonly priceFen: number
  readonly discountBp: number
  readonly taxRateBp: number
  readonly amountFen: number
  readonly taxFen: number
  readonly promisedOn: string | null
  readonly deliveredMilli: number
  readonly returnedMilli: number
  readonly notes: string | null
}
const of = order.fields
const item = orderLine.fields
type Cell = string | number | null
const columns: readonly { readonly header: string; readonly cell: (order: Order, line: Line) => Cell }[] = [
  { header: of.number.label, cell: ({ number }) => number },
  { header: of.customerId.label, cell: ({ customerName }) => customerName },
  { header: of.state.label, cell: ({ state }) => orderStates[state] },
  { header: of.orderedOn.label, cell: ({ orderedOn }) => orderedOn },
  { header: of.promisedOn.label, cell: (row, { promisedOn }) => promisedOn ?? row.promisedOn },
  { header: of.ownerId.label, cell: ({ ownerName }) => ownerName },
  { header: of.teamId.label, cell: ({ teamName }) => teamName },
  { header: of.contractId.label, cell: ({ contractName }) => contractName },
  { header: of.address.label, cell: ({ address }) => address },
  { header: of.amountFen.label, cell: ({ amountFen }) => yuan(amountFen) },
  { header: of.discountFen.label, cell: ({ discountFen }) => yuan(discountFen) },
  { header: item.position.label, cell: (_, { position }) => position },
  { header: item.name.label, cell: (_, { name }) => name },
  { header: item.spec.label, cell: (_, { spec }) => spec },
  { header: item.unit.label, cell: (_, { unit }) => unit },
  { header: item.qtyMilli.label, cell: (_, { qtyMilli }) => String(qtyMilli / 1_000) },
  { header: item.priceFen.label, cell: (_, { priceFen }) => yuan(priceFen) },
  { header: item.discountBp.label, cell: (_, { discountBp }) => percent(discountBp) },
  { header: item.taxRateBp.label, cell: (_, { taxRateBp }) => percent(taxRateBp) },
  { header: item.amountFen.label, cell: (_, { amountFen }) => yuan(amountFen) },
  { header: item.taxFen.label, cell: (_, { taxFen }) => yuan(taxFen) },
  { header: item.deliveredMilli.label, cell: (_, { deliveredMilli }) => String(deliveredMilli / 1_000) },
  { header: item.returnedMilli.label, cell: (_, { returnedMilli }) => String(returnedMilli / 1_000) },
  { header: of.notes.label, cell: ({ notes }) => notes },
  { header: item.notes.label, cell: (_, { notes }) => notes },
]

async function linesOfAll(read: Read, orderIds: readonly number[]): Promise<ReadonlyMap<number, Line[]>> {
  const rows = await read
    .selectFrom('orderLines') // unscoped: of orders the reader was just shown
    .selectAll()
    .where(inIds(read, 'orderId', orderIds))
    .orderBy('orderId')
    .orderBy('position')
    .execute()
  return Map.groupBy(rows, ({ orderId }) => orderId)
}

/** What the same parameters show in the list, a row per line. Costs stay in the house. */
export async function writeExport(read: Read, actor: Actor, asked: ListQuery, target: Writable): Promise<void> {
  const { count: _, cursor: __, fields: ___, page: ____, sort: _____, totals: ______, ...filters } = asked
  async function* rows() {
    let cursor: string | undefined
    do {
      const page = await listOrders(read, actor, {
        ...filters,
        sort: 'number',
        size: PAGE_ROWS,
        ...(cursor !== undefined && { cursor }),
      } as ListQuery)
      const lines = await linesOfAll(
        read,
        page.items.map(({ id }) => id),
      )
      for (const row of page.items)
        for (const line of lines.get(row.id) ?? []) yield columns.map(({ cell }) => cell(row, line))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  await writeCsv(target, { columns: columns.map(({ header }) => ({ header })), rows: rows() })
}
