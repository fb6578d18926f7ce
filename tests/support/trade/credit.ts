import type { Part } from './part.ts'

export const credit = {
  policies: {
    'GET /api/customers/:id/credit': { needs: 'receivable.read', of: 'customer', shared: 'read', ok: 200 },
    'PUT /api/customers/:id/credit': { needs: 'credit.manage', of: 'customer', ok: 200 },
    'GET /api/settings/credit': { needs: 'signedIn', ok: 200 },
    'PUT /api/settings/credit': { needs: 'setting.manage', ok: 200 },
  },
  bodies: {
    'PUT /api/customers/:id/credit': (row) => ({ version: row.version, creditFen: 1_000_000 }),
    'PUT /api/settings/credit': (_row, _app, n) => ({ graceDays: n % 30, outcome: 'warn', levels: [] }),
  },
  kinds: {},
} satisfies Part
