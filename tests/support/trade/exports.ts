import type { Part } from './part.ts'

export const exports = {
  policies: {
    'POST /api/customers/export': { needs: 'customer.export', ok: 200 },
    'POST /api/contacts/export': { needs: 'customer.export', ok: 200 },
    'POST /api/products/export': { needs: 'product.read', ok: 200 },
    'POST /api/quotes/export': { needs: 'quote.read', ok: 200 },
    'POST /api/orders/export': { needs: 'order.read', ok: 200 },
    'POST /api/deliveries/export': { needs: 'delivery.read', ok: 200 },
    'POST /api/contracts/export': { needs: 'contract.read', ok: 200 },
    'POST /api/receivables/export': { needs: 'receivable.read', ok: 200 },
    'POST /api/receipts/export': { needs: 'receipt.read', ok: 200 },
    'POST /api/invoices/export': { needs: 'invoice.read', ok: 200 },
    'POST /api/expenses/export': { needs: 'expense.read', ok: 200 },
    'POST /api/interactions/export': { needs: 'interaction.read', ok: 200 },
    'POST /api/feedback/export': { needs: 'feedback.read', ok: 200 },
  },
  bodies: {},
  kinds: {},
} satisfies Part
