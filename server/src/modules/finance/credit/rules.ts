import type { CreditRules } from '@crm/shared/contract/credit'
import { type CreditOutcome, creditOutcomes } from '@crm/shared/entities/customer'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { storedSettings, storeSettings } from '../../system/settings/service.ts'

const NAMES = { graceDays: 'creditGraceDays', outcome: 'creditOutcome', levels: 'creditOutcomeByLevel' } as const

/** Nothing set means: everybody is merely told, from the first overdue day on. */
export async function readCreditRules(db: Read | Tx): Promise<CreditRules> {
  const said = await storedSettings(db, Object.values(NAMES))
  const outcome = said[NAMES.outcome] ?? ''
  return {
    graceDays: Number(said[NAMES.graceDays] ?? 0),
    outcome: Object.hasOwn(creditOutcomes, outcome) ? (outcome as CreditOutcome) : 'warn',
    levels: JSON.parse(said[NAMES.levels] ?? '[]') as CreditRules['levels'],
  }
}

export async function setCreditRules(tx: Tx, actor: Actor, rules: CreditRules): Promise<CreditRules> {
  rules.levels.forEach(({ level }, at) => {
    if (rules.levels.findIndex((other) => other.level === level) < at)
      throw invalidField(`levels.${at}.level`, '同一个客户等级只能设一次')
  })
  const before = await readCreditRules(tx)
  await storeSettings(tx, {
    [NAMES.graceDays]: String(rules.graceDays),
    [NAMES.outcome]: rules.outcome,
    [NAMES.levels]: JSON.stringify(rules.levels),
  })
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'credit', before, after: rules })
  return rules
}

/** By the customer's level, else what holds for all. */
export const outcomeFor = ({ levels, outcome }: CreditRules, level: string | null): CreditOutcome =>
  levels.find((one) => one.level === level)?.outcome ?? outcome
