import type { ProductUse, ProductUseRow } from '@crm/shared/contract/products'
import { productUse } from '@crm/shared/entities/product'
import { shareBp } from '@crm/shared/rules/share'
import { sql } from '../../db/sql.ts'
import type { Actor } from '../../core/access/actor.ts'
import { visible } from '../../core/access/scope.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'

/**
 * 份额: what we handed over in the period, returns taken off, of what was really used. Null for whoever may not see deliveries of the
 * customer: a part of them would be a wrong number.
 */
export async function withShares(db: Read | Tx, actor: Actor, rows: readonly ProductUse[]): Promise<ProductUseRow[]> {
  if (rows.length === 0) return []
  const name = sql.ref
  const ids = inIds(
    db,
    'productUses.id',
    rows.map(({ id }) => id),
  )
  // unscoped: uses that were shown, deliveries of customers whose deliveries the reader sees
  const found = await sql<{ id: number; milli: number | string }>`select ${name('productUses.id')} as id,
      (select coalesce(sum(case d.kind when 'delivery' then l.${name('qtyMilli')} else -l.${name('qtyMilli')} end), 0)
        from ${sql.table('deliveries')} d join ${sql.table('deliveryLines')} l on l.${name('deliveryId')} = d.id
        join ${sql.table('orderLines')} o on o.id = l.${name('orderLineId')}
        where d.${name('customerId')} = ${name('productUses.customerId')} and d.state = 'done' and d.${name('deletedAt')} is null
          and d.${name('deliveredOn')} >= ${name('productUses.fromOn')} and d.${name('deliveredOn')} <= ${name('productUses.untilOn')}
          and o.${name('productId')} = ${name('productUses.productId')}) as milli
    from ${sql.table('productUses')} where ${ids} and ${visible(actor, productUse, 'delivery.read')}`.execute(db as Tx)
  const delivered = new Map(found.rows.map(({ id, milli }) => [id, Number(milli)]))
  return rows.map((row) => {
    const deliveredMilli = delivered.get(row.id) ?? null
    return { ...row, deliveredMilli, shareBp: deliveredMilli === null ? null : shareBp(deliveredMilli, row.qtyMilli) }
  })
}
