import type { CreditRules } from '@crm/shared/contract/credit'
import { type CreditOutcome, creditOutcomes } from '@crm/shared/entities/customer'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'

const NAMES = { graceDays: 'creditGraceDays', outcome: 'creditOutcome', levels: 'creditOutcomeByLevel' } as const

/** Nothing set means: everybody is merely told, from the first overdue day on. */
export async function readCreditRules(db: Read | Tx): Promise<CreditRules> {
  const rows = await (db as Read)
    .selectFrom('settings')
    .select(['name', 'value'])
    .where('name', 'in', Object.values(NAMES))
    .execute()
  const of = (name: string) => rows.find((row) => row.name === name)?.value
  const outcome = of(NAMES.outcome) ?? ''
  return {
    graceDays: Number(of(NAMES.graceDays) ?? 0),
    outcome: Object.hasOwn(creditOutcomes, outcome) ? (outcome as CreditOutcome) : 'warn',
    levels: JSON.parse(of(NAMES.levels) ?? '[]') as CreditRules['levels'],
  }
}

export async function setCreditRules(tx: Tx, actor: Actor, rules: CreditRules): Promise<CreditRules> {
  rules.levels.forEach(({ level }, at) => {
    if (rules.levels.findIndex((other) => other.level === level) < at)
      throw invalidField(`levels.${at}.level`, '同一个客户等级只能设一次')
  })
  const before = await readCreditRules(tx)
  const values = {
    [NAMES.graceDays]: String(rules.graceDays),
    [NAMES.outcome]: rules.outcome,
    [NAMES.levels]: JSON.stringify(rules.levels),
  }
  for (const [name, value] of Object.entries(values))
    await tx
      .insertInto('settings')
      .values({ name, value })
      .onConflict((on) => on.column('name').doUpdateSet({ value }))
      .execute()
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'credit', before, after: rules })
  return rules
}

/** By the customer's level, else what holds for all. */
export const outcomeFor = ({ levels, outcome }: CreditRules, level: string | null): CreditOutcome =>
  levels.find((one) => one.level === level)?.outcome ?? outcome
