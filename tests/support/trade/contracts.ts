import { completeContract, signContract, submitContract } from '@crm/server/modules/contracts/agreements/moves'
import { contractTemplates, createContract, removeContract } from '@crm/server/modules/contracts/agreements/service'
import type { Part } from './part.ts'

const facts = { title: '供货合同', amountFen: 1_000_000 }
const step = { version: (row: { version: number }) => ({ version: row.version }) }

export const contracts = {
  policies: {
    'GET /api/contracts': { needs: 'contract.read', ok: 200 },
    'POST /api/contracts': { needs: 'contract.create', of: 'customer', shared: 'edit', ok: 201 },
    'GET /api/contracts/:id': { needs: 'contract.read', of: 'contract', shared: 'read', ok: 200 },
    'GET /api/contracts/:id/text': { needs: 'contract.read', of: 'contract', shared: 'read', ok: 200 },
    'PATCH /api/contracts/:id': { needs: 'contract.update', of: 'contract', shared: 'edit', ok: 200 },
    'DELETE /api/contracts/:id': { needs: 'contract.delete', of: 'contract', ok: 204 },
    'POST /api/contracts/:id/restore': { needs: 'contract.delete', of: 'contract', recycled: true, ok: 200 },
    'POST /api/contracts/:id/submit': { needs: 'contract.update', of: 'contract', shared: 'edit', ok: 200 },
    // Let in, and told that there is nothing to take back.
    'POST /api/contracts/:id/withdraw': { needs: 'contract.update', of: 'contract', shared: 'edit', ok: 409 },
    'POST /api/contracts/:id/withdraw-change': { needs: 'contract.update', of: 'contract', shared: 'edit', ok: 409 },
    'POST /api/contracts/:id/sign': { needs: 'contract.sign', of: 'contract', ok: 200 },
    'POST /api/contracts/:id/change': { needs: 'contract.update', of: 'contract', shared: 'edit', ok: 200 },
    'POST /api/contracts/:id/complete': { needs: 'contract.sign', of: 'contract', ok: 200 },
    'POST /api/contracts/:id/archive': { needs: 'contract.sign', of: 'contract', ok: 200 },
    'POST /api/contracts/:id/void': { needs: 'contract.void', of: 'contract', ok: 200 },
    // Let in, and told that there is no such template.
    'POST /api/contracts/:id/fill': { needs: 'contract.update', of: 'contract', shared: 'edit', ok: 400 },
    'GET /api/contract-templates': { needs: 'contract.read', ok: 200 },
    'POST /api/contract-templates': { needs: 'contract.template', ok: 201 },
    'GET /api/contract-templates/:id': { needs: 'contract.read', of: 'contractTemplate', ok: 200 },
    'PATCH /api/contract-templates/:id': { needs: 'contract.template', of: 'contractTemplate', ok: 200 },
    'DELETE /api/contract-templates/:id': { needs: 'contract.template', of: 'contractTemplate', ok: 204 },
    'POST /api/contract-templates/:id/restore': {
      needs: 'contract.template',
      of: 'contractTemplate',
      recycled: true,
      ok: 200,
    },
  },
  bodies: {
    'POST /api/contracts': (row) => ({ customerId: row.id, ...facts }),
    'PATCH /api/contracts/:id': (row) => ({ version: row.version, notes: '改过' }),
    'POST /api/contracts/:id/submit': step.version,
    'POST /api/contracts/:id/withdraw': step.version,
    'POST /api/contracts/:id/withdraw-change': step.version,
    'POST /api/contracts/:id/sign': (row) => ({ version: row.version, signedOn: '2026-11-22' }),
    'POST /api/contracts/:id/change': (row) => ({ version: row.version, reason: '涨价', amountFen: 1_100_000 }),
    'POST /api/contracts/:id/complete': step.version,
    'POST /api/contracts/:id/archive': step.version,
    'POST /api/contracts/:id/void': (row) => ({ version: row.version, reason: '客户取消' }),
    'POST /api/contracts/:id/fill': (row) => ({ version: row.version, templateId: 999_999 }),
    'POST /api/contract-templates': (_row, _app, n) => ({ name: `模板${n}`, body: '甲方:{{客户名称}}' }),
    'PATCH /api/contract-templates/:id': (row) => ({ version: row.version, active: false }),
  },
  states: {
    'POST /api/contracts/:id/sign': 'pending',
    'POST /api/contracts/:id/withdraw-change': 'active',
    'POST /api/contracts/:id/change': 'active',
    'POST /api/contracts/:id/complete': 'active',
    'POST /api/contracts/:id/archive': 'completed',
    'POST /api/contracts/:id/void': 'active',
  },
  kinds: {
    contract: {
      of: 'customer',
      async make(tx, { actor, customerId, state }) {
        let made = await createContract(tx, actor, { customerId, ...facts })
        if (!['pending', 'active', 'completed'].includes(state)) return made
        made = await submitContract(tx, actor, made.id, made.version)
        if (state === 'pending') return made
        made = await signContract(tx, actor, made.id, { version: made.version, signedOn: '2026-11-20' }, [])
        return state === 'active' ? made : completeContract(tx, actor, made.id, made.version)
      },
      remove: (tx, actor, { id, version }) => removeContract(tx, actor, id, version),
    },
    contractTemplate: {
      of: 'everybody',
      make: (tx, { actor, next }) => contractTemplates.create(tx, actor, { name: next('模板'), body: '{{合同号}}' }),
      remove: (tx, actor, { id, version }) => contractTemplates.remove(tx, actor, id, version),
    },
  },
} satisfies Part
