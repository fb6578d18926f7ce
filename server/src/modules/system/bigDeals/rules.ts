import type { BigDealRule } from '@crm/shared/contract/bigDeals'
import type { FieldError } from '@crm/shared/kernel/check'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalid } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'

/** Rules of teams that were deleted wait with them. */
export const readBigDealRules = (db: Read | Tx): Promise<BigDealRule[]> =>
  (db as Read)
    .selectFrom('bigDealRules')
    .leftJoin('teams', 'teams.id', 'bigDealRules.teamId')
    .select(['bigDealRules.teamId', 'amountFen', 'discountBp'])
    .where('teams.deletedAt', 'is', null)
    .orderBy('bigDealRules.id')
    .execute()

type Asked = { readonly [K in keyof BigDealRule]?: BigDealRule[K] | undefined }

/** All rules at once, one per team. */
export async function replaceBigDealRules(tx: Tx, actor: Actor, asked: readonly Asked[]): Promise<BigDealRule[]> {
  const before = await readBigDealRules(tx)
  const items = asked.map(({ amountFen = null, discountBp = null, teamId = null }): BigDealRule => ({
    teamId,
    amountFen,
    discountBp,
  }))
  const teams = await tx.selectFrom('teams').select('id').where('deletedAt', 'is', null).execute()
  const errors: FieldError[] = items.flatMap(({ amountFen, discountBp, teamId }, at) => [
    ...(amountFen === null && discountBp === null
      ? [{ field: `items.${at}.amountFen`, message: '填大额金额或折扣比例' }]
      : []),
    ...(teamId !== null && !teams.some(({ id }) => id === teamId)
      ? [{ field: `items.${at}.teamId`, message: '部门不存在' }]
      : []),
    ...(items.findIndex((other) => other.teamId === teamId) < at
      ? [{ field: `items.${at}.teamId`, message: '一个部门只能有一条规则' }]
      : []),
  ])
  if (errors.length > 0) throw invalid(errors)
  await tx.deleteFrom('bigDealRules').execute()
  if (items.length > 0) await tx.insertInto('bigDealRules').values(items).execute()
  await audit(tx, actor, {
    entity: 'bigDeals',
    recordId: null,
    action: 'update',
    before: { items: before },
    after: { items },
  })
  return readBigDealRules(tx)
}

/** The rule for what this person owns: that of the nearest team above, else the company's. */
export async function bigDealRuleFor(tx: Tx, userId: number): Promise<BigDealRule | null> {
  const rules = new Map((await readBigDealRules(tx)).map((rule) => [rule.teamId, rule]))
  if (rules.size === 0) return null
  const teams = await tx.selectFrom('teams').select(['id', 'parentId']).where('deletedAt', 'is', null).execute()
  const parentOf = new Map(teams.map((team) => [team.id, team.parentId]))
  const user = await tx.selectFrom('users').select('teamId').where('id', '=', userId).executeTakeFirst()
  const passed = new Set<number>()
  for (let at = user?.teamId ?? null; at !== null && !passed.has(at); at = parentOf.get(at) ?? null) {
    passed.add(at)
    const rule = rules.get(at)
    if (rule) return rule
  }
  return rules.get(null) ?? null
}
