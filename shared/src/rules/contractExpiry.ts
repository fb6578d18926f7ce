import { type Day, diffDays } from '../days.ts'
import type { ContractState } from '../entities/contract.ts'

/** Days before the end at which somebody is reminded, the earliest first. */
export const EXPIRY_STEPS = [30, 7, 0] as const
export type ExpiryStep = (typeof EXPIRY_STEPS)[number]
/** 即将到期 begins so many days before the end. */
export const SOON_DAYS = 30
/** Only what is agreed and not done with can run out. */
export const EXPIRING_STATES = ['pending', 'active'] as const satisfies readonly ContractState[]

export type Expiry = 'soon' | 'expired'
export const expiries = { soon: '即将到期', expired: '已到期' } as const satisfies Record<Expiry, string>

interface Ending {
  readonly state: ContractState
  readonly endOn: Day | null
}
/** 已到期: the end has passed and it is not completed. Derived, never stored. */
export function expiryOf({ endOn, state }: Ending, today: Day): Expiry | null {
  if (endOn === null || !(EXPIRING_STATES as readonly ContractState[]).includes(state)) return null
  const left = diffDays(endOn, today)
  return left < 0 ? 'expired' : left <= SOON_DAYS ? 'soon' : null
}

/** The reminder that is due so many days before the end: the latest step reached, none once the end has passed. */
export function stepAt(daysLeft: number): ExpiryStep | null {
  if (daysLeft < 0) return null
  return [...EXPIRY_STEPS].reverse().find((step) => daysLeft <= step) ?? null
}
