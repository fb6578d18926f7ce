import type { OrderState } from '../entities/order.ts'

/** What may still be changed, line by line. */
export const isOrderOpen = (state: OrderState): boolean => state === 'draft'
/** Counts in every total: the view effectiveOrders says the same in SQL. */
export const EFFECTIVE_ORDERS = ['confirmed', 'partial', 'delivered', 'closed'] as const satisfies readonly OrderState[]
export const isOrderEffective = (state: OrderState): boolean =>
  (EFFECTIVE_ORDERS as readonly OrderState[]).includes(state)

/** The steps of an order by hand: from where each may be taken. Where it leads, the step itself says (an approval, what was delivered). */
export const orderMoves = {
  submit: { label: '提交', from: ['draft'] },
  withdraw: { label: '撤回', from: ['approving'] },
  close: { label: '关闭', from: ['confirmed', 'partial', 'delivered'] },
  reopen: { label: '重新打开', from: ['closed'] },
  void: { label: '作废', from: ['confirmed', 'partial', 'delivered'] },
} as const satisfies Record<string, { readonly label: string; readonly from: readonly OrderState[] }>
export type OrderMove = keyof typeof orderMoves
export const mayMoveOrder = (move: OrderMove, state: OrderState): boolean =>
  (orderMoves[move].from as readonly OrderState[]).includes(state)
export const orderMovesFrom = (state: OrderState): OrderMove[] =>
  (Object.keys(orderMoves) as OrderMove[]).filter((move) => mayMoveOrder(move, state))

/** Goods go out only of what is agreed and not ended; they come back also when the order was delivered whole or closed. */
export const mayDeliver = (state: OrderState): boolean => state === 'confirmed' || state === 'partial'
export const mayReturn = isOrderEffective

export interface Handed {
  readonly qtyMilli: number
  readonly deliveredMilli: number
  readonly returnedMilli: number
}
/** 未交: what the customer still waits for; what came back is owed again. Never below zero (a delivery may exceed by tolerance). */
export const outstandingMilli = ({ deliveredMilli, qtyMilli, returnedMilli }: Handed): number =>
  Math.max(0, qtyMilli - deliveredMilli + returnedMilli)

/** Where a confirmed order stands by what was handed over. */
export function deliveryState(lines: readonly Handed[]): 'confirmed' | 'partial' | 'delivered' {
  if (lines.every((line) => outstandingMilli(line) === 0)) return 'delivered'
  return lines.some(({ deliveredMilli, returnedMilli }) => deliveredMilli > returnedMilli) ? 'partial' : 'confirmed'
}
