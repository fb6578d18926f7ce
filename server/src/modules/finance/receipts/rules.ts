import { overPayments, type ReceiptRules } from '@crm/shared/contract/receipts'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import type { Read, Tx } from '../../../db/store.ts'

const NAMES = { needsConfirm: 'receiptNeedsConfirm', overPayment: 'receiptOverPayment' } as const

export async function readReceiptRules(db: Read | Tx): Promise<ReceiptRules> {
  const rows = await (db as Read)
    .selectFrom('settings')
    .select(['name', 'value'])
    .where('name', 'in', Object.values(NAMES))
    .execute()
  const of = (name: string) => rows.find((row) => row.name === name)?.value
  const over = of(NAMES.overPayment) ?? ''
  return {
    needsConfirm: of(NAMES.needsConfirm) === 'yes',
    overPayment: Object.hasOwn(overPayments, over) ? (over as ReceiptRules['overPayment']) : 'prepay',
  }
}

export async function setReceiptRules(tx: Tx, actor: Actor, rules: ReceiptRules): Promise<ReceiptRules> {
  const before = await readReceiptRules(tx)
  const values = { [NAMES.needsConfirm]: rules.needsConfirm ? 'yes' : 'no', [NAMES.overPayment]: rules.overPayment }
  for (const [name, value] of Object.entries(values))
    await tx
      .insertInto('settings')
      .values({ name, value })
      .onConflict((c) => c.column('name').doUpdateSet({ value }))
      .execute()
  await audit(tx, actor, { entity: 'receiptRules', recordId: null, action: 'update', before, after: rules })
  return rules
}
