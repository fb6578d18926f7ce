import { createOrder, submitOrder } from '@crm/server/modules/contracts/orders/service'
import { createReceipt, setPlan, writeOff } from '@crm/server/modules/finance/service'
import { receivablesFollow } from '@crm/server/modules/finance/service'
import type { Making, Part } from './part.ts'
import type { Tx } from '@crm/server/db/store'

const DAY = '2026-11-22'
const plan = [{ amountFen: 10_000, plannedOn: '2026-11-25' }]

/** An order with a plan that counts: its one instalment. */
async function owed(tx: Tx, { actor, customerId }: Pick<Making, 'actor' | 'customerId'>) {
  const line = { name: '轴承', qtyMilli: 1_000, priceFen: 10_000 }
  const order = await createOrder(tx, actor, { customerId, orderedOn: DAY, lines: [line] })
  await setPlan(tx, actor, { orderId: order.id }, plan)
  await submitOrder(tx, actor, order.id, order.version, [receivablesFollow])
  return tx
    .selectFrom('receivables')
    .select(['id', 'version'])
    .where('orderId', '=', order.id)
    .executeTakeFirstOrThrow()
}

export const money = {
  policies: {
    'GET /api/receivables': { needs: 'receivable.read', ok: 200 },
    'GET /api/receivables/:id': { needs: 'receivable.read', of: 'receivable', shared: 'read', ok: 200 },
    'POST /api/receivables/:id/write-off': { needs: 'receivable.writeOff', of: 'receivable', ok: 200 },
    'POST /api/receivables/:id/undo-write-off': { needs: 'receivable.writeOff', of: 'receivable', ok: 200 },
    'GET /api/orders/:id/plan': { needs: 'receivable.read', of: 'order', shared: 'read', ok: 200 },
    'PUT /api/orders/:id/plan': { needs: 'receivable.update', of: 'order', shared: 'edit', ok: 200 },
    'GET /api/contracts/:id/plan': { needs: 'receivable.read', of: 'contract', shared: 'read', ok: 200 },
    'PUT /api/contracts/:id/plan': { needs: 'receivable.update', of: 'contract', shared: 'edit', ok: 200 },
    'GET /api/receipts': { needs: 'receipt.read', ok: 200 },
    'GET /api/receipts/:id': { needs: 'receipt.read', of: 'receipt', shared: 'read', ok: 200 },
    'POST /api/receipts': { needs: 'receipt.create', of: 'customer', ok: 201 },
    'POST /api/receipts/:id/confirm': { needs: 'receipt.confirm', of: 'receipt', ok: 200 },
    'POST /api/receipts/:id/allocate': { needs: 'receipt.confirm', of: 'receipt', ok: 200 },
    'POST /api/receipts/:id/void': { needs: 'receipt.void', of: 'receipt', ok: 200 },
    'GET /api/settings/receipts': { needs: 'signedIn', ok: 200 },
    'PUT /api/settings/receipts': { needs: 'setting.manage', ok: 200 },
    'GET /api/orders/:id/margin': { needs: 'order.read', of: 'order', shared: 'read', ok: 200 },
    'GET /api/contracts/:id/margin': { needs: 'contract.read', of: 'contract', shared: 'read', ok: 200 },
    'GET /api/customers/receivables': { needs: 'receivable.read', ok: 200 },
    'GET /api/customers/:id/money': { needs: 'receivable.read', of: 'customer', shared: 'read', ok: 200 },
  },
  bodies: {
    'POST /api/receivables/:id/write-off': (row) => ({ version: row.version, amountFen: 100, reason: '收不回来' }),
    'POST /api/receivables/:id/undo-write-off': (row) => ({ version: row.version, reason: '又收到了' }),
    'PUT /api/orders/:id/plan': () => ({ items: plan }),
    'PUT /api/contracts/:id/plan': () => ({ items: plan }),
    'POST /api/receipts': (row) => ({ customerId: row.id, amountFen: 100, receivedOn: DAY }),
    'POST /api/receipts/:id/confirm': (row) => ({ version: row.version }),
    'POST /api/receipts/:id/allocate': (row) => ({ version: row.version, allocations: [] }),
    'POST /api/receipts/:id/void': (row) => ({ version: row.version, reason: '登记错了' }),
    'PUT /api/settings/receipts': () => ({ needsConfirm: false, overPayment: 'prepay' }),
  },
  states: {
    'POST /api/receivables/:id/undo-write-off': 'writtenOff',
    'POST /api/receipts/:id/confirm': 'pending',
  },
  kinds: {
    receivable: {
      of: 'customer',
      async make(tx, { actor, customerId, state }) {
        const row = await owed(tx, { actor, customerId })
        if (state !== 'writtenOff') return row
        return writeOff(tx, actor, row.id, { version: row.version, amountFen: 100, reason: '收不回来' })
      },
      remove: (tx, actor, { id }) =>
        tx.updateTable('receivables').set({ deletedAt: actor.at }).where('id', '=', id).execute(),
    },
    receipt: {
      of: 'customer',
      async make(tx, { actor, customerId, state }) {
        const made = await createReceipt(tx, actor, { customerId, amountFen: 100, receivedOn: DAY })
        if (state !== 'pending') return made
        await tx.deleteFrom('ledgerEntries').where('receiptId', '=', made.id).execute()
        await tx.updateTable('receipts').set({ state: 'pending' }).where('id', '=', made.id).execute()
        return made
      },
      remove: (tx, actor, { id }) =>
        tx.updateTable('receipts').set({ deletedAt: actor.at }).where('id', '=', id).execute(),
    },
  },
} satisfies Part
