import type { Actor } from '@crm/server/core/access/actor'
import type { Tx } from '@crm/server/db/store'
import { createExpense, removeExpense } from '@crm/server/modules/finance/service'
import type { Part } from './part.ts'

const DAY = '2026-11-22'
const facts = { type: 'travel', amountFen: 12_345, spentOn: DAY, purpose: '出差' } as const
const version = (row: { version: number }) => ({ version: row.version })

/** Of whoever owns the customer: an expense is seen as its owner is. */
async function made(tx: Tx, actor: Actor, customerId: number, state: string) {
  const { ownerId } = await tx
    .selectFrom('customers') // unscoped: the test's own
    .select('ownerId')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  const someone = { ...actor, id: ownerId ?? 1 }
  const { id, version } = await createExpense(tx, someone, { ...facts })
  if (ownerId === null) await tx.updateTable('expenses').set({ ownerId }).where('id', '=', id).execute()
  if (state === 'approving' || state === 'approved')
    await tx.updateTable('expenses').set({ state }).where('id', '=', id).execute()
  return { id, version }
}

export const expenses = {
  policies: {
    'GET /api/expenses': { needs: 'expense.read', ok: 200 },
    'POST /api/expenses': { needs: 'expense.create', ok: 201 },
    'GET /api/expenses/:id': { needs: 'expense.read', of: 'expense', ok: 200 },
    'PATCH /api/expenses/:id': { needs: 'expense.create', of: 'expense', ok: 200 },
    'DELETE /api/expenses/:id': { needs: 'expense.create', of: 'expense', ok: 204 },
    'POST /api/expenses/:id/restore': { needs: 'expense.create', of: 'expense', recycled: true, ok: 200 },
    'POST /api/expenses/:id/submit': { needs: 'expense.create', of: 'expense', ok: 200 },
    'POST /api/expenses/:id/withdraw': { needs: 'expense.create', of: 'expense', ok: 200 },
    'POST /api/expenses/:id/pay': { needs: 'expense.pay', of: 'expense', ok: 200 },
    'POST /api/expenses/:id/void': { needs: 'expense.pay', of: 'expense', ok: 200 },
  },
  bodies: {
    'POST /api/expenses': () => facts,
    'PATCH /api/expenses/:id': (row) => ({ version: row.version, notes: '改过' }),
    'POST /api/expenses/:id/submit': version,
    'POST /api/expenses/:id/withdraw': version,
    'POST /api/expenses/:id/pay': (row) => ({ version: row.version, paidOn: DAY }),
    'POST /api/expenses/:id/void': (row) => ({ version: row.version, reason: '不付了' }),
  },
  states: {
    'POST /api/expenses/:id/withdraw': 'approving',
    'POST /api/expenses/:id/pay': 'approved',
    'POST /api/expenses/:id/void': 'approved',
  },
  kinds: {
    expense: {
      of: 'customer',
      unshared: true,
      make: (tx, { actor, customerId, state }) => made(tx, actor, customerId, state),
      remove: (tx, actor, { id, version }) => removeExpense(tx, actor, id, version),
    },
  },
} satisfies Part
