import { createGroup, removeGroup } from '@crm/server/modules/finance/service'
import type { Part } from './part.ts'

export const credit = {
  policies: {
    'GET /api/customers/:id/credit': { needs: 'receivable.read', of: 'customer', shared: 'read', ok: 200 },
    'PUT /api/customers/:id/credit': { needs: 'credit.manage', of: 'customer', ok: 200 },
    'GET /api/credit-groups': { needs: 'credit.manage', ok: 200 },
    'POST /api/credit-groups': { needs: 'credit.manage', ok: 201 },
    'PUT /api/credit-groups/:id': { needs: 'credit.manage', of: 'creditGroup', ok: 200 },
    'DELETE /api/credit-groups/:id': { needs: 'credit.manage', of: 'creditGroup', ok: 204 },
    'GET /api/settings/credit': { needs: 'signedIn', ok: 200 },
    'PUT /api/settings/credit': { needs: 'setting.manage', ok: 200 },
  },
  bodies: {
    'PUT /api/customers/:id/credit': (row) => ({ version: row.version, creditFen: 1_000_000 }),
    'POST /api/credit-groups': (_row, _app, n) => ({ name: `新集团${n}`, creditFen: 1_000_000 }),
    'PUT /api/credit-groups/:id': (row, _app, n) => ({ version: row.version, name: `改名集团${n}`, creditFen: 1 }),
    'PUT /api/settings/credit': (_row, _app, n) => ({ graceDays: n % 30, outcome: 'warn', levels: [] }),
  },
  kinds: {
    creditGroup: {
      of: 'everybody',
      reads: 'credit.manage',
      make: (tx, { actor, next }) => createGroup(tx, actor, { name: next('集团'), creditFen: 1_000_000 }),
      remove: (tx, actor, { id, version }) => removeGroup(tx, actor, id, version),
    },
  },
} satisfies Part
