import type { Actor } from '@crm/server/core/access/actor'
import type { Tx } from '@crm/server/db/store'
import { createOrder, submitOrder } from '@crm/server/modules/contracts/orders/service'
import { applyInvoice, issueInvoice } from '@crm/server/modules/finance/service'
import type { Part } from './part.ts'

const DAY = '2026-11-22'
const AT = '2026-11-22T01:00:00.000Z'
async function confirmed(tx: Tx, actor: Actor, customerId: number) {
  const lines = [{ name: '轴承', qtyMilli: 1_000, priceFen: 10_000 }]
  const { id, version } = await createOrder(tx, actor, { customerId, orderedOn: DAY, lines })
  return submitOrder(tx, actor, id, version, [])
}
const version = (row: { version: number }) => ({ version: row.version })
const because = (row: { version: number }) => ({ version: row.version, reason: '开错了' })

export const invoices = {
  policies: {
    'GET /api/invoices': { needs: 'invoice.read', ok: 200 },
    'POST /api/invoices': { needs: 'invoice.create', of: 'orderToInvoice', ok: 201 },
    'GET /api/invoices/:id': { needs: 'invoice.read', of: 'invoice', shared: 'read', ok: 200 },
    'POST /api/invoices/:id/approve': { needs: 'invoice.approve', of: 'invoice', ok: 200 },
    'POST /api/invoices/:id/reject': { needs: 'invoice.approve', of: 'invoice', ok: 200 },
    'POST /api/invoices/:id/issue': { needs: 'invoice.approve', of: 'invoice', ok: 200 },
    'POST /api/invoices/:id/red': { needs: 'invoice.approve', of: 'invoice', ok: 201 },
    'POST /api/invoices/:id/void': { needs: 'invoice.create', of: 'invoice', ok: 200 },
    'GET /api/orders/:id/invoicing': { needs: 'invoice.read', of: 'orderToInvoice', shared: 'read', ok: 200 },
    'GET /api/contracts/:id/invoicing': { needs: 'invoice.read', of: 'contract', shared: 'read', ok: 200 },
  },
  bodies: {
    'POST /api/invoices': (row) => ({ orderId: row.id, amountFen: 1_000 }),
    'POST /api/invoices/:id/approve': version,
    'POST /api/invoices/:id/reject': because,
    'POST /api/invoices/:id/issue': (row, _app, n) => ({
      version: row.version,
      invoiceNumber: `NO-${row.id}-${n}`,
      issuedOn: DAY,
    }),
    'POST /api/invoices/:id/red': because,
    'POST /api/invoices/:id/void': because,
  },
  states: { 'POST /api/invoices/:id/red': 'issued' },
  kinds: {
    orderToInvoice: {
      of: 'customer',
      reads: 'order.read',
      make: (tx, { actor, customerId }) => confirmed(tx, actor, customerId),
      remove: (tx, _actor, { id }) => tx.updateTable('orders').set({ deletedAt: AT }).where('id', '=', id).execute(),
    },
    invoice: {
      of: 'customer',
      async make(tx, { actor, customerId, state }) {
        const order = await confirmed(tx, actor, customerId)
        const made = await applyInvoice(tx, actor, { orderId: order.id, amountFen: 1_000 })
        if (state !== 'issued') return made
        const issuing = { version: made.version, invoiceNumber: `NO-${made.id}`, issuedOn: DAY }
        return issueInvoice(tx, actor, made.id, issuing)
      },
      // Nothing of the product throws one away; the tests do, past it.
      remove: (tx, _actor, { id }) => tx.updateTable('invoices').set({ deletedAt: AT }).where('id', '=', id).execute(),
    },
  },
} satisfies Part
