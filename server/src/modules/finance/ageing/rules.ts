import type { AgeingRules } from '@crm/shared/contract/ageing'
import { type Bucket, bucketsOf, DEFAULT_BUCKET_ENDS, unorderedAt } from '@crm/shared/rules/ageing'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { storedSettings, storeSettings } from '../../system/settings/service.ts'

const NAME = 'ageingBucketEnds'

export async function readAgeingRules(db: Read | Tx): Promise<AgeingRules> {
  const { [NAME]: ends } = await storedSettings(db, [NAME])
  return { ends: ends === undefined ? DEFAULT_BUCKET_ENDS : (JSON.parse(ends) as number[]) }
}
export const bucketsSet = async (db: Read | Tx): Promise<readonly Bucket[]> =>
  bucketsOf((await readAgeingRules(db)).ends)

/** Only how what is owed is sorted changes, never what it amounts to. */
export async function setAgeingRules(tx: Tx, actor: Actor, { ends }: AgeingRules): Promise<AgeingRules> {
  const wrong = unorderedAt(ends)
  if (wrong >= 0) throw invalidField(`ends.${wrong}`, `第 ${wrong + 1} 档的天数要比前一档多`)
  const before = await readAgeingRules(tx)
  await storeSettings(tx, { [NAME]: JSON.stringify(ends) })
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'ageing', before, after: { ends } })
  return { ends }
}
