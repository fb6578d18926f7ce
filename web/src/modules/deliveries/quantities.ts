import type { OrderDetail, OrderLine } from '@crm/shared/contract/orders'
import { outstandingMilli } from '@crm/shared/rules/orderMoves'

/** `qtyMilli` that could not be read stays the text that was typed. */
export interface Quantity {
  readonly orderLineId: number
  readonly qtyMilli: number | string
}
export type Kind = 'delivery' | 'return'

/** Of a line: what is still to go out, or what the customer has and may give back. */
export const movableMilli = (line: OrderLine, kind: Kind): number =>
  kind === 'delivery' ? outstandingMilli(line) : Math.max(0, line.deliveredMilli - line.returnedMilli)
export const movableLines = ({ lines }: Pick<OrderDetail, 'lines'>, kind: Kind): OrderLine[] =>
  lines.filter((line) => movableMilli(line, kind) > 0)

/** What the form starts with: one line of the board whole, all of an order that goes out, nothing of what comes back. */
export function presetOf(order: Pick<OrderDetail, 'lines'>, kind: Kind, orderLineId: number | null): Quantity[] {
  if (kind === 'return') return []
  return movableLines(order, kind)
    .filter(({ id }) => orderLineId === null || id === orderLineId)
    .map((line) => ({ orderLineId: line.id, qtyMilli: movableMilli(line, kind) }))
}

/** The line's quantity set or taken out, in the order of the lines. */
export function withQuantity(
  lines: readonly OrderLine[],
  chosen: readonly Quantity[],
  orderLineId: number,
  qtyMilli: number | string | null,
): Quantity[] {
  const byId = new Map(chosen.map((one) => [one.orderLineId, one.qtyMilli]))
  if (qtyMilli === null) byId.delete(orderLineId)
  else byId.set(orderLineId, qtyMilli)
  return lines.flatMap(({ id }) => (byId.has(id) ? [{ orderLineId: id, qtyMilli: byId.get(id)! }] : []))
}
