import type { Part } from './part.ts'

export const ageing = {
  policies: {
    'GET /api/receivables/ageing': { needs: 'receivable.read', ok: 200 },
    'GET /api/receivables/ageing/rows': { needs: 'receivable.read', ok: 200 },
    'GET /api/settings/ageing': { needs: 'signedIn', ok: 200 },
    'PUT /api/settings/ageing': { needs: 'setting.manage', ok: 200 },
    'GET /api/customers/:id/statement': { needs: 'receivable.read', of: 'customer', shared: 'read', ok: 200 },
  },
  bodies: { 'PUT /api/settings/ageing': (_row, _app, n) => ({ ends: [30, 60 + (n % 30)] }) },
  kinds: {},
} satisfies Part
