import type { DeliveryRules } from '@crm/shared/contract/deliveries'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import type { Read, Tx } from '../../../db/store.ts'

const NAME = 'deliveryToleranceBp'

/** What the company allows; nothing set means: no more than was ordered. */
export async function readDeliveryRules(db: Read | Tx): Promise<DeliveryRules> {
  const row = await (db as Read).selectFrom('settings').select('value').where('name', '=', NAME).executeTakeFirst()
  return { toleranceBp: row ? Number(row.value) : 0 }
}

export async function replaceDeliveryRules(tx: Tx, actor: Actor, after: DeliveryRules): Promise<DeliveryRules> {
  const before = await readDeliveryRules(tx)
  const value = String(after.toleranceBp)
  await tx
    .insertInto('settings')
    .values({ name: NAME, value })
    .onConflict((on) => on.column('name').doUpdateSet({ value }))
    .execute()
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'deliveries', before, after })
  return after
}
