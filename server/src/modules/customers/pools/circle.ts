import { type hideable, type HoldKind, type RuleDays } from '@crm/shared/entities/pool'
import type { Rules } from '@crm/shared/rules/recycling'
import type { Selectable } from 'kysely'
import { type Actor, can } from '../../../core/access/actor.ts'
import { notFound } from '../../../core/problem.ts'
import type { DB } from '../../../db/schema.ts'
import type { Read, Tx } from '../../../db/store.ts'

type Stored = Selectable<DB['pools']>
type Ruled = keyof RuleDays | `exempt${string}`
export interface Pool extends Omit<Stored, 'active' | 'hiddenFields' | Extract<keyof Stored, Ruled>> {
  readonly active: boolean
  readonly hiddenFields: readonly (keyof typeof hideable)[]
  readonly rules: Rules
}

/** Who belongs to which pool: membership lets claim, the nearest pool takes back. */
export interface Circle {
  readonly pools: readonly Pool[]
  /** Where this person may look and claim. */
  readonly of: (userId: number) => readonly Pool[]
  readonly manages: (userId: number, poolId: number) => boolean
  readonly isMember: (userId: number, poolId: number) => boolean
  /** The active pool that customers of this person fall into; null when none takes them. */
  readonly homeOf: (userId: number) => Pool | null
  /** Whose customers fall into this pool. */
  readonly ownersOf: (poolId: number) => readonly number[]
}

/** Farther than any team: a pool of everybody takes what no other does. */
const EVERYBODY = 1_000

export async function readCircle(db: Read | Tx): Promise<Circle> {
  const read = db as Read
  const stored = await read.selectFrom('pools').selectAll().where('deletedAt', 'is', null).orderBy('id').execute()
  if (stored.length === 0) return NO_POOLS
  const levelDays = await read.selectFrom('poolLevelDays').selectAll().execute()
  const memberRows = await read.selectFrom('poolMembers').selectAll().execute()
  const teamRows = await read.selectFrom('poolTeams').selectAll().execute()
  const managerRows = await read.selectFrom('poolManagers').selectAll().execute()
  const users = await read.selectFrom('users').select(['id', 'teamId']).where('deletedAt', 'is', null).execute()
  const teams = await read.selectFrom('teams').select(['id', 'parentId']).where('deletedAt', 'is', null).execute()

  const pools = stored.map((row): Pool => {
    const { active, contractDays, dealDays, exemptWon, followUpDays, hiddenFields, ...others } = row
    const { exemptApproval, exemptContract, exemptOrder, exemptReceivable, ...rest } = others
    const levels = Object.fromEntries(
      levelDays
        .filter(({ poolId }) => poolId === row.id)
        .map(({ level, ...days }): [string, RuleDays] => [level, days]),
    )
    const exempts = {
      contract: exemptContract,
      order: exemptOrder,
      receivable: exemptReceivable,
      approval: exemptApproval,
    }
    const holds = (Object.keys(exempts) as HoldKind[]).filter((kind) => exempts[kind] === 1)
    const rules = { followUpDays, dealDays, contractDays, exemptWon: exemptWon === 1, holds, levels }
    return { ...rest, active: active === 1, hiddenFields: JSON.parse(hiddenFields), rules }
  })
  const teamOf = new Map(users.map((user) => [user.id, user.teamId]))
  const parentOf = new Map(teams.map((team) => [team.id, team.parentId]))
  const pairs = (rows: readonly { poolId: number; userId: number }[]) =>
    new Set(rows.map(({ poolId, userId }) => `${poolId} ${userId}`))
  const [members, managers] = [pairs(memberRows), pairs(managerRows)]
  const teamsOfPool = new Map(pools.map(({ id }) => [id, new Set<number>()]))
  for (const { poolId, teamId } of teamRows) teamsOfPool.get(poolId)?.add(teamId)
  const closed = new Set([...memberRows, ...teamRows].map(({ poolId }) => poolId))

  /** 0 a member by name, 1 by the own team, 2 by the team above … null: none. */
  function distance(userId: number, poolId: number): number | null {
    if (members.has(`${poolId} ${userId}`)) return 0
    const passed = new Set<number>()
    let at = teamOf.get(userId) ?? null
    for (let steps = 1; at !== null && !passed.has(at); steps += 1) {
      if (teamsOfPool.get(poolId)!.has(at)) return steps
      passed.add(at)
      at = parentOf.get(at) ?? null
    }
    return closed.has(poolId) ? null : EVERYBODY
  }
  const manages = (userId: number, poolId: number) => managers.has(`${poolId} ${userId}`)
  const isMember = (userId: number, poolId: number) => distance(userId, poolId) !== null
  function homeOf(userId: number): Pool | null {
    let best: { pool: Pool; steps: number } | null = null
    for (const pool of pools) {
      const steps = pool.active ? distance(userId, pool.id) : null
      if (steps !== null && (best === null || steps < best.steps)) best = { pool, steps }
    }
    return best?.pool ?? null
  }
  const owners = new Map<number, number[]>()
  for (const { id } of users) {
    const home = homeOf(id)
    if (home) owners.set(home.id, [...(owners.get(home.id) ?? []), id])
  }
  return {
    pools,
    of: (userId) => pools.filter(({ id }) => isMember(userId, id) || manages(userId, id)),
    manages,
    isMember,
    homeOf,
    ownersOf: (poolId) => owners.get(poolId) ?? [],
  }
}
const NO_POOLS: Circle = {
  pools: [],
  of: () => [],
  manages: () => false,
  isMember: () => false,
  homeOf: () => null,
  ownersOf: () => [],
}

/** The pools the actor may look into: his own, and all of them for whoever sets them up. */
export const poolsFor = (circle: Circle, actor: Actor): readonly Pool[] =>
  actor.id === 0 || can(actor, 'pool.setup') ? circle.pools : circle.of(actor.id)

/** 404 when the pool is none of the actor's. */
export function poolFor(circle: Circle, actor: Actor, id: number): Pool {
  const found = poolsFor(circle, actor).find((pool) => pool.id === id)
  if (!found) throw notFound('公海')
  return found
}
