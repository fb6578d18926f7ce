import { createOrder, removeOrder, submitOrder } from '@crm/server/modules/contracts/orders/service'
import { closeOrder } from '@crm/server/modules/contracts/orders/moves'
import type { Part } from './part.ts'

const line = { name: '轴承', qtyMilli: 2_000, priceFen: 12_345 }

export const orders = {
  policies: {
    'GET /api/orders': { needs: 'order.read', ok: 200 },
    'GET /api/customers/:id/bought': { needs: 'order.read', of: 'customer', shared: 'read', ok: 200 },
    'POST /api/orders': { needs: 'order.create', of: 'customer', shared: 'edit', ok: 201 },
    'GET /api/orders/:id': { needs: 'order.read', of: 'order', shared: 'read', ok: 200 },
    'PATCH /api/orders/:id': { needs: 'order.update', of: 'order', shared: 'edit', ok: 200 },
    'DELETE /api/orders/:id': { needs: 'order.delete', of: 'order', ok: 204 },
    'POST /api/orders/:id/restore': { needs: 'order.delete', of: 'order', recycled: true, ok: 200 },
    'POST /api/orders/:id/submit': { needs: 'order.update', of: 'order', shared: 'edit', ok: 200 },
    'POST /api/orders/:id/withdraw': { needs: 'order.update', of: 'order', shared: 'edit', ok: 200 },
    'POST /api/orders/:id/close': { needs: 'order.void', of: 'order', ok: 200 },
    'POST /api/orders/:id/reopen': { needs: 'order.void', of: 'order', ok: 200 },
    'POST /api/orders/:id/void': { needs: 'order.void', of: 'order', ok: 200 },
  },
  bodies: {
    'POST /api/orders': (row) => ({ customerId: row.id, orderedOn: '2026-11-22', lines: [line] }),
    'PATCH /api/orders/:id': (row) => ({ version: row.version, notes: '改过' }),
    'POST /api/orders/:id/submit': (row) => ({ version: row.version }),
    'POST /api/orders/:id/withdraw': (row) => ({ version: row.version }),
    'POST /api/orders/:id/close': (row) => ({ version: row.version }),
    'POST /api/orders/:id/reopen': (row) => ({ version: row.version }),
    'POST /api/orders/:id/void': (row) => ({ version: row.version, reason: '客户取消' }),
  },
  states: {
    'POST /api/orders/:id/withdraw': 'approving',
    'POST /api/orders/:id/close': 'confirmed',
    'POST /api/orders/:id/void': 'confirmed',
    'POST /api/orders/:id/reopen': 'closed',
  },
  kinds: {
    order: {
      of: 'customer',
      async make(tx, { actor, customerId, state }) {
        const made = await createOrder(tx, actor, { customerId, orderedOn: '2026-11-22', lines: [line] })
        if (state === 'approving') await tx.updateTable('orders').set({ state }).where('id', '=', made.id).execute()
        if (state !== 'confirmed' && state !== 'closed') return made
        const confirmed = await submitOrder(tx, actor, made.id, made.version, [])
        return state === 'closed' ? closeOrder(tx, actor, made.id, confirmed.version, []) : confirmed
      },
      remove: (tx, actor, { id, version }) => removeOrder(tx, actor, id, version),
    },
  },
} satisfies Part
