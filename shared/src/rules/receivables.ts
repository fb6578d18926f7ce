import type { Day } from '../days.ts'
import { receivableStatuses, type ReceivableStatus } from '../entities/receivable.ts'
import type { Fen } from '../money.ts'
import { dueOn as dueAfter, type Terms } from './terms.ts'

export { receivableStatuses, type ReceivableStatus }
/** What is still to come in. */
export const OPEN_STATUSES = ['due', 'partial', 'overdue'] as const satisfies readonly ReceivableStatus[]

export interface Owed {
  readonly amountFen: Fen
  readonly receivedFen: Fen
  readonly writtenOffFen: Fen
  readonly activeOn: Day | null
  readonly dueOn: Day | null
  readonly voidedOn: Day | null
}

/** 未收: nothing of what is not effective yet, or no more. */
export const openOf = ({ activeOn, amountFen, receivedFen, voidedOn, writtenOffFen }: Owed): Fen =>
  activeOn === null || voidedOn !== null ? 0 : amountFen - receivedFen - writtenOffFen

export function receivableStatus(owed: Owed, today: Day): ReceivableStatus {
  if (owed.voidedOn !== null) return 'void'
  if (owed.activeOn === null) return 'pending'
  if (openOf(owed) <= 0) return 'done'
  if (owed.dueOn !== null && owed.dueOn < today) return 'overdue'
  return owed.receivedFen + owed.writtenOffFen > 0 ? 'partial' : 'due'
}

const LAST_DAY = '2199-12-31'
/** When an instalment is to be paid that became owed on `baseOn`; the end of the calendar at the latest. */
export function dueDay(baseOn: Day, terms: Terms | null, days: number | null): Day {
  try {
    return dueAfter(baseOn, terms, days)
  } catch (error) {
    if (error instanceof RangeError) return LAST_DAY
    throw error
  }
}

export interface Allotted {
  readonly receivableId: number
  readonly amountFen: Fen
}
interface Open {
  readonly id: number
  readonly openFen: Fen
  readonly dueOn: Day | null
}
/** 自动分配: what is due first is paid first; of the same day, what was written first. What is left over is nobody's. */
export function oldestFirst(amountFen: Fen, open: readonly Open[]): Allotted[] {
  let left = amountFen
  const order = [...open].sort((a, b) => {
    const [one, other] = [a.dueOn ?? LAST_DAY, b.dueOn ?? LAST_DAY]
    return one === other ? a.id - b.id : one < other ? -1 : 1
  })
  return order.flatMap(({ id, openFen }) => {
    const part = Math.min(left, openFen)
    if (part <= 0) return []
    left -= part
    return [{ receivableId: id, amountFen: part }]
  })
}
