import type { Part } from './part.ts'

export const ageing = {
  policies: {
    'GET /api/receivables/ageing': { needs: 'receivable.read', ok: 200 },
    'GET /api/receivables/ageing/rows': { needs: 'receivable.read', ok: 200 },
    'GET /api/customers/:id/statement': { needs: 'receivable.read', of: 'customer', shared: 'read', ok: 200 },
  },
  bodies: {},
  kinds: {},
} satisfies Part
