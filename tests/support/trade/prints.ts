import type { Part } from './part.ts'

export const prints = {
  // The least and the most that a print asks for: a statement is of a customer, and is about money.
  policies: { 'POST /api/prints': { needs: 'receivable.read', of: 'customer', shared: 'read', ok: 204 } },
  bodies: { 'POST /api/prints': (row) => ({ what: 'statement', ids: [row.id] }) },
  kinds: {},
} satisfies Part
