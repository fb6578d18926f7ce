import { overPayments, type ReceiptRules } from '@crm/shared/contract/receipts'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { storedSettings, storeSettings } from '../../system/settings/service.ts'

const NAMES = { needsConfirm: 'receiptNeedsConfirm', overPayment: 'receiptOverPayment' } as const

export async function readReceiptRules(db: Read | Tx): Promise<ReceiptRules> {
  const said = await storedSettings(db, Object.values(NAMES))
  const over = said[NAMES.overPayment] ?? ''
  return {
    needsConfirm: said[NAMES.needsConfirm] === 'yes',
    overPayment: Object.hasOwn(overPayments, over) ? (over as ReceiptRules['overPayment']) : 'prepay',
  }
}

export async function setReceiptRules(tx: Tx, actor: Actor, rules: ReceiptRules): Promise<ReceiptRules> {
  const before = await readReceiptRules(tx)
  await storeSettings(tx, {
    [NAMES.needsConfirm]: rules.needsConfirm ? 'yes' : 'no',
    [NAMES.overPayment]: rules.overPayment,
  })
  await audit(tx, actor, { entity: 'receiptRules', recordId: null, action: 'update', before, after: rules })
  return rules
}
