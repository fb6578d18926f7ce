import { type Day, diffDays } from '../days.ts'
import type { Fen } from '../money.ts'

/** An order that counts, and what of it is owed (`owedFen`) or planned to be (`pendingFen`) by receivables of its own. */
export interface OrderWorth {
  readonly id: number
  readonly contractId: number | null
  readonly amountFen: Fen
  /** Of a closed order: what the goods left with the customer are worth; null: it is not closed. */
  readonly keptFen: Fen | null
  readonly owedFen: Fen
  readonly pendingFen: Fen
}
/** A contract whose plan says when its orders are paid for: what of the plan is owed already. */
export interface ContractOwed {
  readonly contractId: number
  readonly owedFen: Fen
}

/**
 * Of orders that count, what is no receivable yet: an order's amount without its receivables; orders of a contract with a plan are
 * taken together, without what is owed by that plan. Of a closed order nothing is delivered any more: under the plan of its contract it
 * stands for the goods the customer kept, otherwise for what its own plan still brings, but no more than those goods are worth.
 */
export function notYetOwed(orders: readonly OrderWorth[], plans: readonly ContractOwed[]): Fen {
  const owedBy = new Map(plans.map(({ contractId, owedFen }) => [contractId, owedFen]))
  const together = new Map<number, Fen>()
  let sum = 0
  for (const { amountFen, contractId, keptFen, owedFen, pendingFen } of orders)
    if (contractId !== null && owedBy.has(contractId) && owedFen + pendingFen === 0)
      together.set(contractId, (together.get(contractId) ?? 0) + (keptFen ?? amountFen))
    else
      sum += keptFen === null ? Math.max(0, amountFen - owedFen) : Math.min(pendingFen, Math.max(0, keptFen - owedFen))
  for (const [contractId, amountFen] of together) sum += Math.max(0, amountFen - owedBy.get(contractId)!)
  return sum
}

export interface Limits {
  readonly creditFen: Fen | null
  readonly temporaryCreditFen: Fen | null
  readonly temporaryCreditUntil: Day | null
}
/** Until its last day the temporary limit stands in the place of the other one. null: no limit; 0: 现结. */
export function limitOn({ creditFen, temporaryCreditFen, temporaryCreditUntil }: Limits, today: Day) {
  const isTemporary = temporaryCreditFen !== null && temporaryCreditUntil !== null && today <= temporaryCreditUntil
  return { limitFen: isTemporary ? temporaryCreditFen : creditFen, isTemporary }
}

export const daysLate = (oldestDueOn: Day | null, today: Day): number =>
  oldestDueOn === null ? 0 : Math.max(0, diffDays(today, oldestDueOn))
