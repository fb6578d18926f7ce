import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import { interaction } from '@crm/shared/entities/interaction'
import { type Expression, sql, type SqlBool } from 'kysely'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { later } from '../../core/clock.ts'
import { snapshot, storedRow, tables } from '../../core/rows/rows.ts'
import { inSlices } from '../../core/jobs/slices.ts'
import { dropTokens } from '../../db/search.ts'
import type { Store, Tx } from '../../db/store.ts'
import { eraseApprovalsOf } from '../system/approvals/service.ts'
import { forgetMerges } from './merge/forget.ts'
import { eraseMoneyOf } from './eraseMoney.ts'

/** How long the recycle bin keeps what was thrown into it. */
const KEPT_MS = 30 * 24 * 3_600_000
const AT_ONCE = 500

/** With what colleagues said to it and the files that came with it. */
export async function eraseInteraction(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('documents').where('subjectType', '=', 'interaction').where('subjectId', '=', id).execute()
  await tx.deleteFrom('interactionComments').where('interactionId', '=', id).execute()
  await tx.deleteFrom('interactions').where('id', '=', id).execute()
}

export async function eraseContact(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('documents').where('subjectType', '=', 'contact').where('subjectId', '=', id).execute()
  await tx.updateTable('feedback').set({ contactId: null }).where('contactId', '=', id).execute()
  await tx.updateTable('interactions').set({ contactId: null }).where('contactId', '=', id).execute()
  await tx.updateTable('reminders').set({ contactId: null }).where('contactId', '=', id).execute()
  for (const table of ['quotes', 'contracts', 'orders'] as const)
    await tx.updateTable(table).set({ contactId: null }).where('contactId', '=', id).execute()
  await dropTokens(tx, 'contactSearch', id)
  await tx.deleteFrom('phoneNumbers').where('entity', '=', 'contact').where('recordId', '=', id).execute()
  await tx.deleteFrom('contacts').where('id', '=', id).execute()
}

/** What was handed over to a customer, and who was told of it; before its orders go. */
async function eraseDeliveriesOf(tx: Tx, customerId: number): Promise<void> {
  await tx
    .deleteFrom('deliveriesTold')
    .where('orderLineId', 'in', (eb) =>
      eb
        .selectFrom('orderLines') // unscoped: all that hangs on a customer goes with it
        .innerJoin('orders', 'orders.id', 'orderLines.orderId')
        .select('orderLines.id')
        .where('orders.customerId', '=', customerId),
    )
    .execute()
  await tx
    .deleteFrom('deliveryLines')
    // unscoped: all that hangs on a customer goes with it
    .where('deliveryId', 'in', (eb) => eb.selectFrom('deliveries').select('id').where('customerId', '=', customerId))
    .execute()
  await tx.deleteFrom('deliveries').where('customerId', '=', customerId).execute()
}

/** Contracts with their versions and reminders; what else names them (orders, money) is the business of its own module, before. */
async function eraseContracts(tx: Tx, customerId: number): Promise<void> {
  // unscoped: all that hangs on a customer goes with it
  const contracts = await tx.selectFrom('contracts').select('id').where('customerId', '=', customerId).execute()
  for (const { id } of contracts) {
    await tx.deleteFrom('contractRevisions').where('contractId', '=', id).execute()
    await tx.deleteFrom('contractReminders').where('contractId', '=', id).execute()
    for (const table of ['orders', 'receivables', 'invoices', 'expenses'] as const)
      await tx.updateTable(table).set({ contractId: null }).where('contractId', '=', id).execute()
    await dropTokens(tx, 'contractSearch', id)
    await tx.deleteFrom('contracts').where('id', '=', id).execute()
  }
}

/** Removes a customer, live or recycled, with everything that hangs on it, for good. */
export async function eraseCustomer(tx: Tx, id: number): Promise<void> {
  await forgetMerges(tx, id)
  await eraseApprovalsOf(tx, id)
  await eraseMoneyOf(tx, id)
  await eraseDeliveriesOf(tx, id)
  for (const table of ['productPrices', 'priceMoves', 'productUses'] as const)
    await tx.deleteFrom(table).where('customerId', '=', id).execute()
  await tx.deleteFrom('documents').where('customerId', '=', id).execute()
  // What points at orders goes above.
  await tx
    .deleteFrom('orderLines')
    // unscoped: all that hangs on a customer goes with it
    .where('orderId', 'in', (eb) => eb.selectFrom('orders').select('id').where('customerId', '=', id))
    .execute()
  await tx.deleteFrom('orders').where('customerId', '=', id).execute()
  await tx
    .deleteFrom('quoteLines')
    // unscoped: all that hangs on a customer goes with it
    .where('quoteId', 'in', (eb) => eb.selectFrom('quotes').select('id').where('customerId', '=', id))
    .execute()
  await tx.deleteFrom('quotes').where('customerId', '=', id).execute()
  await tx.deleteFrom('feedback').where('customerId', '=', id).execute()
  await tx.deleteFrom('inactivityTold').where('customerId', '=', id).execute()
  await tx.deleteFrom('notifications').where('customerId', '=', id).execute()
  await tx.deleteFrom('reminders').where('customerId', '=', id).execute()
  await tx.deleteFrom('poolMoves').where('customerId', '=', id).execute()
  await tx.deleteFrom('poolExtensions').where('customerId', '=', id).execute()
  await tx.deleteFrom('sharingRequests').where('customerId', '=', id).execute()
  await tx
    .deleteFrom('interactionComments')
    // unscoped: all that hangs on a customer goes with it
    .where('interactionId', 'in', (eb) => eb.selectFrom('interactions').select('id').where('customerId', '=', id))
    .execute()
  await tx.deleteFrom('interactions').where('customerId', '=', id).execute()
  // unscoped: all that hangs on a customer goes with it
  const contacts = await tx.selectFrom('contacts').select('id').where('customerId', '=', id).execute()
  for (const each of contacts) await eraseContact(tx, each.id)
  await eraseContracts(tx, id)
  await dropTokens(tx, 'customerSearch', id)
  await tx.deleteFrom('phoneNumbers').where('customerId', '=', id).execute()
  await tx.deleteFrom('customerTags').where('customerId', '=', id).execute()
  await tx.deleteFrom('collaborators').where('entity', '=', 'customer').where('recordId', '=', id).execute()
  await tx.deleteFrom('customers').where('id', '=', id).execute()
}

/** What was owed or paid once stands in the ageing of those days: whoever has such rows is not purged. */
const withoutLedger: Expression<SqlBool> = sql<SqlBool>`not exists (select 1 from ${sql.table('receivables')} r
  join ${sql.table('ledgerEntries')} e on e.${sql.ref('receivableId')} = r.id where r.${sql.ref('customerId')} = customers.id)
  and not exists (select 1 from ${sql.table('receipts')} p
  join ${sql.table('ledgerEntries')} e on e.${sql.ref('receiptId')} = p.id where p.${sql.ref('customerId')} = customers.id)`

/**
 * Empties the recycle bin of what has lain there for 30 days, a slice at a time. The complete rows stay in the audit log.
 * Returns how many rows went.
 */
export async function purgeRecycled(store: Store, actor: Actor, signal?: AbortSignal): Promise<number> {
  let gone = 0
  for (const { entity, erase, free } of [
    { entity: customer, erase: eraseCustomer, free: withoutLedger },
    { entity: contact, erase: eraseContact, free: sql<SqlBool>`1 = 1` },
    { entity: interaction, erase: eraseInteraction, free: sql<SqlBool>`1 = 1` },
  ] as const) {
    for (;;) {
      const rows = (await tables(store.read)
        .selectFrom(entity.table)
        .select('id')
        .where('deletedAt', '<', later(actor.at, -KEPT_MS))
        .where(free)
        .orderBy('deletedAt')
        .limit(AT_ONCE)
        .execute()) as { id: number }[]
      if (rows.length === 0 || signal?.aborted) break
      const purge = async (tx: Tx, { id }: { id: number }) => {
        const before = await storedRow(tx, entity, id)
        // Restored between the look and the slice.
        if (!before?.['deletedAt']) return
        await audit(tx, actor, {
          entity: entity.name,
          recordId: id,
          action: 'purge',
          before: snapshot(entity, before, before),
        })
        await erase(tx, id)
      }
      gone += await inSlices(store, rows, purge, signal ? { signal } : {})
    }
  }
  return gone
}
