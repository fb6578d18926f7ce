import { integer, money, quantity, rate, ref, text } from '../kernel/field.ts'

/** What a line of a quote and of an order says of one product; its words are those of the day. */
export const pricedLine = {
  position: integer({ label: '行号', readonly: true }),
  productId: ref('product', { label: '产品', optional: true, filter: true }),
  name: text({ label: '品名', max: 100, filter: true }),
  spec: text({ label: '规格型号', max: 100, optional: true }),
  unit: text({ label: '单位', max: 20, optional: true }),
  qtyMilli: quantity({ label: '数量', min: 1, max: 1_000_000_000_000 }),
  priceFen: money({ label: '单价', min: 0 }),
  discountBp: rate({ label: '折扣', default: 0, min: 0, max: 10_000 }),
  taxRateBp: rate({ label: '税率', default: 1300, min: 0, max: 10_000 }),
  amountFen: money({ label: '金额', readonly: true }),
  taxFen: money({ label: '税额', readonly: true }),
} as const
