import { endpoint } from '../kernel/endpoint.ts'
import { integer, option } from '../kernel/field.ts'
import { list } from '../kernel/schema.ts'

/** What can be put on paper: of which record, and who may read what stands on it. */
export const printables = {
  quote: { label: '报价单', entity: 'quote', permission: 'quote.read' },
  order: { label: '订单', entity: 'order', permission: 'order.read' },
  delivery: { label: '送货单', entity: 'delivery', permission: 'delivery.read' },
  contract: { label: '合同', entity: 'contract', permission: 'contract.read' },
  receipt: { label: '回款单', entity: 'receipt', permission: 'receipt.read' },
  statement: { label: '对账单', entity: 'customer', permission: 'receivable.read' },
} as const
export type Printable = keyof typeof printables
const names = Object.fromEntries(Object.entries(printables).map(([key, { label }]) => [key, label])) as Record<
  Printable,
  string
>
/** One print job holds so many records at most. */
export const MOST_PRINTED = 200

export const prints = {
  /** Every print is noted in the audit log. Whoever may read the record may print it. */
  note: endpoint<null>()('POST', '/api/prints', 'signedIn', {
    summary: '记下一次打印',
    status: 204,
    body: {
      what: option(names, { label: '单据' }),
      ids: list(integer({ label: '记录', min: 1, max: Number.MAX_SAFE_INTEGER }), {
        label: '记录',
        min: 1,
        max: MOST_PRINTED,
      }),
    },
  }),
}
