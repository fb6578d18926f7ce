import type { Actor } from '@crm/server/core/access/actor'
import type { Tx } from '@crm/server/db/store'
import { deliver } from '@crm/server/modules/contracts/deliveries/service'
import { createOrder, submitOrder } from '@crm/server/modules/contracts/orders/service'
import type { Part } from './part.ts'

const line = { name: '轴承', qtyMilli: 2_000, priceFen: 12_345 }

/** Nothing of the product deletes what was confirmed; the tests do, past it. */
const NOW = '2026-11-22T01:00:00.000Z'

async function confirmed(tx: Tx, actor: Actor, customerId: number) {
  const { id, version } = await createOrder(tx, actor, { customerId, orderedOn: '2026-11-22', lines: [line] })
  const order = await submitOrder(tx, actor, id, version, [])
  return { id, version: order.version, otherId: order.lines[0]!.id }
}

export const deliveries = {
  policies: {
    'GET /api/deliveries': { needs: 'delivery.read', ok: 200 },
    'GET /api/deliveries/board': { needs: 'delivery.read', ok: 200 },
    'GET /api/deliveries/on-time': { needs: 'delivery.read', ok: 200 },
    'POST /api/deliveries': { needs: 'delivery.create', of: 'orderToDeliver', shared: 'edit', ok: 201 },
    'GET /api/orders/:id/release': { needs: 'delivery.create', of: 'orderToDeliver', shared: 'edit', ok: 200 },
    'POST /api/orders/:id/release': { needs: 'delivery.create', of: 'orderToDeliver', shared: 'edit', ok: 200 },
    'GET /api/deliveries/:id': { needs: 'delivery.read', of: 'delivery', shared: 'read', ok: 200 },
    'POST /api/deliveries/:id/void': { needs: 'delivery.void', of: 'delivery', ok: 200 },
    'GET /api/settings/deliveries': { needs: 'signedIn', ok: 200 },
    'PUT /api/settings/deliveries': { needs: 'setting.manage', ok: 200 },
  },
  bodies: {
    'POST /api/deliveries': (row) => ({
      orderId: row.id,
      deliveredOn: '2026-11-22',
      lines: [{ orderLineId: row.otherId ?? 1, qtyMilli: 1_000 }],
    }),
    'POST /api/orders/:id/release': () => ({ note: '客户答应周五付款' }),
    'POST /api/deliveries/:id/void': (row) => ({ version: row.version, reason: '登记错了' }),
    'PUT /api/settings/deliveries': (_row, _app, n) => ({ toleranceBp: n % 500 }),
  },
  kinds: {
    orderToDeliver: {
      of: 'customer',
      reads: 'order.read',
      make: (tx, { actor, customerId }) => confirmed(tx, actor, customerId),
      remove: (tx, _actor, { id }) => tx.updateTable('orders').set({ deletedAt: NOW }).where('id', '=', id).execute(),
    },
    delivery: {
      of: 'customer',
      async make(tx, { actor, customerId }) {
        const order = await confirmed(tx, actor, customerId)
        const lines = [{ orderLineId: order.otherId, qtyMilli: 1_000 }]
        return deliver(tx, actor, { orderId: order.id, deliveredOn: '2026-11-22', lines }, [])
      },
      remove: (tx, _actor, { id }) =>
        tx.updateTable('deliveries').set({ deletedAt: NOW }).where('id', '=', id).execute(),
    },
  },
} satisfies Part
