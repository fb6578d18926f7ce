import type { SilenceRule } from '@crm/shared/contract/inactivity'
import { type FieldError } from '@crm/shared/kernel/check'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalid } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'

/** Rules of teams that were deleted wait with them. */
export const readRules = (db: Read | Tx): Promise<SilenceRule[]> =>
  (db as Read)
    .selectFrom('inactivityRules')
    .leftJoin('teams', 'teams.id', 'inactivityRules.teamId')
    .select(['inactivityRules.teamId', 'level', 'ownerDays', 'managerDays', 'directorDays'])
    .where('teams.deletedAt', 'is', null)
    .orderBy('inactivityRules.id')
    .execute()

export const hasRules = async (read: Read): Promise<boolean> =>
  (await read.selectFrom('inactivityRules').select('id').limit(1).executeTakeFirst()) !== undefined

type Asked = Omit<SilenceRule, 'teamId' | 'level' | 'managerDays' | 'directorDays'> & {
  readonly [K in 'teamId' | 'managerDays' | 'directorDays']?: number | null | undefined
} & { readonly level?: string | null | undefined }

/** All rules at once: one per team and level, each pointing at what exists. */
export async function replaceRules(tx: Tx, actor: Actor, asked: readonly Asked[]): Promise<SilenceRule[]> {
  const before = await readRules(tx)
  const items = asked.map(
    ({ directorDays = null, level = null, managerDays = null, ownerDays, teamId = null }): SilenceRule => ({
      teamId,
      level,
      ownerDays,
      managerDays,
      directorDays,
    }),
  )
  const teams = await tx.selectFrom('teams').select('id').where('deletedAt', 'is', null).execute()
  const levels = await tx.selectFrom('dictItems').select('code').where('dictionary', '=', 'customerLevel').execute()
  const errors: FieldError[] = items.flatMap((rule, at) => [
    ...(rule.teamId !== null && !teams.some(({ id }) => id === rule.teamId)
      ? [{ field: `items.${at}.teamId`, message: '部门不存在' }]
      : []),
    ...(rule.level !== null && !levels.some(({ code }) => code === rule.level)
      ? [{ field: `items.${at}.level`, message: '没有这个客户等级' }]
      : []),
    ...(items.findIndex((other) => other.teamId === rule.teamId && other.level === rule.level) < at
      ? [{ field: `items.${at}.level`, message: '同一部门、同一等级只能有一条规则' }]
      : []),
    ...((rule.directorDays ?? Infinity) < (rule.managerDays ?? 0)
      ? [{ field: `items.${at}.directorDays`, message: '上报上级经理不能早于上报经理' }]
      : []),
  ])
  if (errors.length > 0) throw invalid(errors)
  await tx.deleteFrom('inactivityRules').execute()
  if (items.length > 0) await tx.insertInto('inactivityRules').values(items).execute()
  await audit(tx, actor, {
    entity: 'inactivity',
    recordId: null,
    action: 'update',
    before: { items: before },
    after: { items },
  })
  return readRules(tx)
}

/** The rule for a customer of this owner and level: the nearest team's, and there the level's own before the general one. */
export type RuleFor = (ownerId: number, level: string | null) => SilenceRule | null

export interface Ruled {
  readonly rules: readonly SilenceRule[]
  readonly ruleFor: RuleFor
  /** Levels that any rule names. */
  readonly levels: readonly string[]
  /** Everybody, in groups for whom the same rules hold. */
  readonly groups: readonly {
    readonly owners: readonly number[]
    readonly byLevel: ReadonlyMap<string | null, SilenceRule | null>
  }[]
}

export async function readRuled(db: Read | Tx): Promise<Ruled> {
  const rules = await readRules(db)
  const read = db as Read
  const teams = await read.selectFrom('teams').select(['id', 'parentId']).where('deletedAt', 'is', null).execute()
  const users = await read.selectFrom('users').select(['id', 'teamId']).where('deletedAt', 'is', null).execute()
  const parentOf = new Map(teams.map((team) => [team.id, team.parentId]))
  const teamOf = new Map(users.map((user) => [user.id, user.teamId]))
  const byKey = new Map(rules.map((rule) => [`${rule.teamId} ${rule.level}`, rule]))

  function of(teamId: number | null, level: string | null): SilenceRule | null {
    const passed = new Set<number | null>()
    for (let at = teamId; !passed.has(at); at = at === null ? null : (parentOf.get(at) ?? null)) {
      passed.add(at)
      const found = (level !== null && byKey.get(`${at} ${level}`)) || byKey.get(`${at} null`)
      if (found) return found
    }
    return (level !== null && byKey.get(`null ${level}`)) || byKey.get('null null') || null
  }
  const ruleFor: RuleFor = (ownerId, level) => of(teamOf.get(ownerId) ?? null, level)
  const levels = [...new Set(rules.flatMap((rule) => rule.level ?? []))]
  const groups = new Map<string, { owners: number[]; byLevel: Map<string | null, SilenceRule | null> }>()
  for (const { id } of users) {
    const byLevel = new Map([...levels, null].map((level) => [level, ruleFor(id, level)]))
    const key = [...byLevel.values()].map((rule) => (rule ? rules.indexOf(rule) : -1)).join()
    const group = groups.get(key) ?? { owners: [], byLevel }
    group.owners.push(id)
    groups.set(key, group)
  }
  return { rules, ruleFor, levels, groups: [...groups.values()] }
}
