import type { AgeingRules } from '@crm/shared/contract/ageing'
import { type Bucket, bucketsOf, DEFAULT_BUCKET_ENDS, unorderedAt } from '@crm/shared/rules/ageing'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'

const NAME = 'ageingBucketEnds'

export async function readAgeingRules(db: Read | Tx): Promise<AgeingRules> {
  const row = await (db as Read).selectFrom('settings').select('value').where('name', '=', NAME).executeTakeFirst()
  return { ends: row ? (JSON.parse(row.value) as number[]) : DEFAULT_BUCKET_ENDS }
}
export const bucketsSet = async (db: Read | Tx): Promise<readonly Bucket[]> =>
  bucketsOf((await readAgeingRules(db)).ends)

/** Only how what is owed is sorted changes, never what it amounts to. */
export async function setAgeingRules(tx: Tx, actor: Actor, { ends }: AgeingRules): Promise<AgeingRules> {
  const wrong = unorderedAt(ends)
  if (wrong >= 0) throw invalidField(`ends.${wrong}`, `第 ${wrong + 1} 档的天数要比前一档多`)
  const before = await readAgeingRules(tx)
  const value = JSON.stringify(ends)
  await tx
    .insertInto('settings')
    .values({ name: NAME, value })
    .onConflict((on) => on.column('name').doUpdateSet({ value }))
    .execute()
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'ageing', before, after: { ends } })
  return { ends }
}
