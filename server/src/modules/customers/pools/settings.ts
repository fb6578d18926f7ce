import type { LevelDays } from '@crm/shared/contract/pools'
import { pool, type RuleDays } from '@crm/shared/entities/pool'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { crud } from '../../../core/rows/crud.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'

export const pools = crud(pool, 'pool.setup')

const readDays = (db: Read | Tx, poolId: number): Promise<LevelDays[]> =>
  (db as Read)
    .selectFrom('poolLevelDays')
    .select(['level', 'followUpDays', 'dealDays', 'contractDays'])
    .where('poolId', '=', poolId)
    .orderBy('level')
    .execute()

export async function levelDaysOf(db: Read | Tx, actor: Actor, id: number): Promise<{ items: LevelDays[] }> {
  await pools.find(db, actor, id)
  return { items: await readDays(db, id) }
}

/** Replaces the days of all levels; a level without any of its own is left out. */
export async function setLevelDays(
  tx: Tx,
  actor: Actor,
  id: number,
  items: readonly ({ level: string } & { [K in keyof RuleDays]?: number | null | undefined })[],
): Promise<{ items: LevelDays[] }> {
  const before = (await levelDaysOf(tx, actor, id)).items
  const known = await tx.selectFrom('dictItems').select('code').where('dictionary', '=', 'customerLevel').execute()
  const codes = new Set(known.map(({ code }) => code))
  for (const [at, { level }] of items.entries()) {
    if (!codes.has(level)) throw invalidField(`items.${at}.level`, `客户等级没有“${level}”这一项`)
    if (items.findIndex((one) => one.level === level) < at)
      throw invalidField(`items.${at}.level`, '同一等级只能出现一次')
  }
  await tx.deleteFrom('poolLevelDays').where('poolId', '=', id).execute()
  const rows = items
    .map(({ contractDays = null, dealDays = null, followUpDays = null, level }) => ({
      poolId: id,
      level,
      followUpDays,
      dealDays,
      contractDays,
    }))
    .filter((one) => one.followUpDays !== null || one.dealDays !== null || one.contractDays !== null)
  if (rows.length > 0) await tx.insertInto('poolLevelDays').values(rows).execute()
  const after = await readDays(tx, id)
  await audit(tx, actor, {
    entity: 'pool',
    recordId: id,
    action: 'days',
    before: { levels: before },
    after: { levels: after },
  })
  return { items: after }
}
