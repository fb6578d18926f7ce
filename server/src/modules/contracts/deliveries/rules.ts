import type { DeliveryRules } from '@crm/shared/contract/deliveries'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { storedSettings, storeSettings } from '../../system/settings/service.ts'

const NAME = 'deliveryToleranceBp'

/** What the company allows; nothing set means: no more than was ordered. */
export async function readDeliveryRules(db: Read | Tx): Promise<DeliveryRules> {
  return { toleranceBp: Number((await storedSettings(db, [NAME]))[NAME] ?? 0) }
}

export async function replaceDeliveryRules(tx: Tx, actor: Actor, after: DeliveryRules): Promise<DeliveryRules> {
  const before = await readDeliveryRules(tx)
  await storeSettings(tx, { [NAME]: String(after.toleranceBp) })
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'deliveries', before, after })
  return after
}
