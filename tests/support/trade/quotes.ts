import { acceptQuote, createQuote, removeQuote, sendQuote } from '@crm/server/modules/sales/quotes/service'
import type { Part } from './part.ts'

const line = { name: '轴承', qtyMilli: 2_000, priceFen: 12_345 }
const version = (row: { readonly version: number }) => ({ version: row.version })

export const quotes = {
  policies: {
    'GET /api/quotes': { needs: 'quote.read', ok: 200 },
    'POST /api/quotes': { needs: 'quote.create', of: 'customer', shared: 'edit', ok: 201 },
    'GET /api/quotes/:id': { needs: 'quote.read', of: 'quote', shared: 'read', ok: 200 },
    'PATCH /api/quotes/:id': { needs: 'quote.update', of: 'quote', shared: 'edit', ok: 200 },
    'DELETE /api/quotes/:id': { needs: 'quote.delete', of: 'quote', ok: 204 },
    'POST /api/quotes/:id/restore': { needs: 'quote.delete', of: 'quote', recycled: true, ok: 200 },
    'POST /api/quotes/:id/send': { needs: 'quote.update', of: 'quote', shared: 'edit', ok: 200 },
    'POST /api/quotes/:id/accept': { needs: 'quote.update', of: 'quote', shared: 'edit', ok: 200 },
    'POST /api/quotes/:id/decline': { needs: 'quote.update', of: 'quote', shared: 'edit', ok: 200 },
    'POST /api/quotes/:id/renew': { needs: 'quote.update', of: 'quote', shared: 'edit', ok: 200 },
    'POST /api/quotes/:id/revise': { needs: 'quote.create', of: 'quote', shared: 'edit', ok: 201 },
    'POST /api/quotes/:id/copy': { needs: 'quote.create', of: 'quote', shared: 'edit', ok: 201 },
    'POST /api/quotes/:id/order': { needs: 'order.create', of: 'quote', shared: 'edit', ok: 201 },
  },
  bodies: {
    'POST /api/quotes': (row) => ({ customerId: row.id, quotedOn: '2026-11-22', lines: [line] }),
    'PATCH /api/quotes/:id': (row) => ({ version: row.version, notes: '改过' }),
    'POST /api/quotes/:id/send': version,
    'POST /api/quotes/:id/accept': version,
    'POST /api/quotes/:id/decline': (row) => ({ version: row.version, reason: '价格高' }),
    'POST /api/quotes/:id/renew': (row) => ({ version: row.version, validUntil: '2099-12-31' }),
    'POST /api/quotes/:id/revise': version,
    'POST /api/quotes/:id/order': version,
  },
  states: {
    'POST /api/quotes/:id/accept': 'sent',
    'POST /api/quotes/:id/decline': 'sent',
    'POST /api/quotes/:id/renew': 'sent',
    'POST /api/quotes/:id/revise': 'sent',
    'POST /api/quotes/:id/order': 'accepted',
  },
  kinds: {
    quote: {
      of: 'customer',
      async make(tx, { actor, customerId, state }) {
        const made = await createQuote(tx, actor, { customerId, quotedOn: '2026-11-22', lines: [line] })
        if (state !== 'sent' && state !== 'accepted') return made
        const sent = await sendQuote(tx, actor, made.id, made.version)
        return state === 'sent' ? sent : acceptQuote(tx, actor, made.id, sent.version)
      },
      remove: (tx, actor, { id, version: of }) => removeQuote(tx, actor, id, of),
    },
  },
} satisfies Part
