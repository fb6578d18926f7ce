import type { Writable } from 'node:stream'
import type { products as api } from '@crm/shared/contract/products'
import { product } from '@crm/shared/entities/product'
import type { Input } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { formatYuan } from '@crm/shared/money'
import { type Actor, can } from '../../core/actor.ts'
import { audit } from '../../core/audit.ts'
import { writeCsv } from '../../core/writeCsv.ts'
import type { Read, Store } from '../../db/store.ts'
import { listProducts } from './products.ts'

const PAGE_ROWS = 200
const PLAIN = { grouping: false }
type Asked = Input<typeof api.file>['body']
const { active, barcode, categoryId, costFen, name, notes, number, priceFen, spec, taxRateBp, unit } = product.fields

/** Notes who takes what out of the house. */
export const noteExport = ({ tx }: Store, actor: Actor, asked: Asked): Promise<void> =>
  tx((db) => audit(db, actor, { entity: 'product', recordId: null, action: 'export', after: { ...asked } }))

/** What the same filters show in the list, with headings that the import knows again; costs only for whoever may know them. */
export async function writeExport(
  read: Read,
  actor: Actor,
  { active: isSold, categoryIds, q }: Asked,
  target: Writable,
): Promise<void> {
  const mayCost = can(actor, 'product.cost')
  const columns = [number, name, categoryId, spec, unit, priceFen, ...(mayCost ? [costFen] : []), taxRateBp, active]
  const units = await read
    .selectFrom('dictItems')
    .select(['code', 'label'])
    .where('dictionary', '=', 'productUnit')
    .execute()
  const labels = new Map(units.map((item) => [item.code, item.label]))
  const query = {
    ...(q && { q }),
    ...(categoryIds && categoryIds.length > 0 && { under: categoryIds }),
    ...(typeof isSold === 'boolean' && { active: isSold }),
    sort: 'number',
    size: PAGE_ROWS,
  }
  async function* rows() {
    let cursor: string | undefined
    do {
      const page: Awaited<ReturnType<typeof listProducts>> = await listProducts(read, actor, {
        ...query,
        ...(cursor !== undefined && { cursor }),
      } as ListQuery)
      for (const row of page.items)
        yield [
          row.number,
          row.name,
          row.categoryName,
          row.spec,
          row.unit && (labels.get(row.unit) ?? row.unit),
          formatYuan(row.priceFen, PLAIN),
          ...(mayCost ? [row.costFen === null ? null : formatYuan(row.costFen, PLAIN)] : []),
          `${row.taxRateBp / 100}%`,
          row.active ? '是' : '否',
          row.barcode,
          row.notes,
        ]
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  await writeCsv(target, {
    columns: [...columns, barcode, notes].map(({ label }) => ({ header: label })),
    rows: rows(),
  })
}
