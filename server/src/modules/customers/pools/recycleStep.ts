import type { Day } from '@crm/shared/days'
import { ruleWords } from '@crm/shared/rules/recycling'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Tx } from '../../../db/store.ts'
import type { Pool } from './circle.ts'
import { type Due, dueIn, reasonsAmong } from './leaving.ts'
import { allIntoPool, intoPool, movable, type Mover, sharedAmong } from './moves.ts'

export interface Recycling {
  readonly pool: Pool
  /** Whose customers fall into it. */
  readonly owners: readonly number[]
  readonly batchId: number
  readonly who: Mover
  readonly zone: string
  readonly ids: readonly number[]
}

/** Owners and pools are never erased, and the moves are those of customers read in the same transaction. */
export const pointsNowhereNew = true

/** Moves those of the customers that the rules still take, with a few statements for each reason: a step of `Store.bulk`. */
export async function step(tx: Tx, { batchId, ids, owners, pool, who, zone }: Recycling): Promise<void> {
  const day: { day: Day; zone: string } = { day: who.today, zone }
  // Here it is decided: what the customer's documents say has not been looked at, and meanwhile somebody may have followed up.
  const leaves = dueIn(tx, { ownersOf: () => owners }, pool, day, 'single')
  const due = await reasonsAmong(tx, pool, zone, sql<SqlBool>`${inIds(tx, 'customers.id', ids)} and ${leaves}`)
  const dueIds = due.map((one) => one.id)
  const shared = new Set((await sharedAmong(tx, dueIds)).map(({ recordId }) => recordId))
  const reasons = new Map<string, Pick<Due, 'id' | 'rule' | 'ruleDays'>[]>()
  for (const one of due) {
    const key = `${one.rule} ${one.ruleDays}`
    const same = reasons.get(key)
    if (same) same.push(one)
    else reasons.set(key, [one])
  }
  for (const same of reasons.values()) {
    const { rule, ruleDays } = same[0]!
    const why = { cause: rule, note: ruleWords(rule, ruleDays), batchId }
    // What others work on with the owner is kept row by row, for an undo to give back.
    const [together, alone] = [true, false].map((is) => same.flatMap(({ id }) => (shared.has(id) === is ? [id] : [])))
    const moves = (await movable(tx, together!)).map((row) => ({ row, ...why }))
    await intoPool(tx, who, pool.id, moves)
    await allIntoPool(tx, who, pool.id, { ids: alone!, ...why })
  }
}
