import type { Order } from '@crm/shared/contract/orders'
import type { ProblemCode } from '@crm/shared/problems'
import type { Raw } from '../../core/rows/rows.ts'
import type { Actor } from '../../core/access/actor.ts'
import type { Tx } from '../../db/store.ts'

/** What a rule says to a step of an order: 提示 lets it pass, 需审批 sends it to approval, 禁止 refuses it. */
export interface Finding {
  readonly outcome: 'warn' | 'approve' | 'refuse'
  readonly code: ProblemCode
  readonly message: string
}
export interface DeliveryFacts {
  readonly id: number
  readonly orderId: number
  readonly customerId: number
  readonly kind: 'delivery' | 'return'
  readonly deliveredOn: string
}
export interface ContractFacts {
  readonly id: number
  readonly customerId: number
}

/**
 * What modules above do when an order, a delivery or a contract takes a step: every function runs in the step's own transaction.
 * Composed in modules/tradeFollowers.ts, handed to the routes: this module knows none of them.
 */
export interface TradeFollower {
  /** Asked before an order is submitted, approved, and (for what is to be handed over) delivered. */
  readonly judgeOrder?: (
    tx: Tx,
    actor: Actor,
    order: Order,
    at: 'submit' | 'approval' | 'delivery',
  ) => Promise<readonly Finding[]>
  readonly orderConfirmed?: (tx: Tx, actor: Actor, order: Order) => Promise<void>
  readonly orderVoided?: (tx: Tx, actor: Actor, order: Order) => Promise<void>
  readonly orderClosed?: (tx: Tx, actor: Actor, order: Order) => Promise<void>
  readonly orderReopened?: (tx: Tx, actor: Actor, order: Order) => Promise<void>
  readonly delivered?: (tx: Tx, actor: Actor, delivery: DeliveryFacts, lines: readonly Raw[]) => Promise<void>
  readonly deliveryVoided?: (tx: Tx, actor: Actor, delivery: DeliveryFacts) => Promise<void>
  readonly contractActive?: (tx: Tx, actor: Actor, contract: ContractFacts) => Promise<void>
  readonly contractVoided?: (tx: Tx, actor: Actor, contract: ContractFacts) => Promise<void>
  /** Why an order or a contract may not be voided, in words; null when nothing stands against it. */
  readonly againstVoid?: (tx: Tx, of: { orderId: number } | { contractId: number }) => Promise<string | null>
  /** Why a contract may not be changed to this amount, in words. */
  readonly againstAmount?: (tx: Tx, of: { contractId: number; amountFen: number }) => Promise<string | null>
}
export type Followers = readonly TradeFollower[]

/** One step told to all, in their order. */
export async function tellAll<K extends keyof TradeFollower>(
  followers: Followers,
  step: K,
  ...given: Parameters<NonNullable<TradeFollower[K]>>
): Promise<Awaited<ReturnType<NonNullable<TradeFollower[K]>>>[]> {
  const answers = []
  for (const follower of followers) {
    const act = follower[step] as ((...given: unknown[]) => Promise<unknown>) | undefined
    if (act) answers.push(await act(...given))
  }
  return answers as Awaited<ReturnType<NonNullable<TradeFollower[K]>>>[]
}
