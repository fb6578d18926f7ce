import type { Home, HomeBlock, HomeCircle } from '@crm/shared/contract/home'
import { type Actor, can, widestReach } from '../../../core/access/actor.ts'
import type { HomeAsk, HomeSource } from '../../../core/rows/home.ts'
import { notFound } from '../../../core/problem.ts'
import { ownersWithin } from '../../../core/access/scope.ts'
import { breathing } from '../../../core/jobs/turns.ts'
import type { Read } from '../../../db/store.ts'
import { teamsUnder } from '../../org/service.ts'

/** A list filters by at most so many ids; a circle of more people is asked for without one. */
const MOST_IDS = 100
type Asked = { readonly circle?: Exclude<HomeCircle, 'person'>; readonly userId?: number }

/** The circles within the actor's reach, and the colleagues in them; himself is not among these. */
async function choicesOf(read: Read, actor: Actor): Promise<Home['choices']> {
  const reach = actor.grants.get('customer.read') ?? widestReach(actor)
  const circles: Exclude<HomeCircle, 'person'>[] = ['me']
  if (reach !== 'own' && actor.teamId !== null) circles.push('team')
  const below = actor.people.subtree.length > actor.people.team.length
  if (reach !== 'own' && reach !== 'team' && below) circles.push('subtree')
  if (reach === 'all') circles.push('all')
  if (reach !== 'all') return { circles, userIds: ownersWithin(actor, reach).filter((id) => id !== actor.id) }
  const everybody = await read.selectFrom('users').select('id').where('deletedAt', 'is', null).orderBy('id').execute()
  return { circles, userIds: everybody.map(({ id }) => id).filter((id) => id !== actor.id) }
}

async function askOf(
  read: Read,
  actor: Actor,
  { circle = 'me', userId }: Asked,
  choices: Home['choices'],
  zone: string,
): Promise<Omit<HomeAsk, 'heavy'>> {
  const single = (id: number, of: HomeCircle) => ({
    circle: of,
    zone,
    owners: { ownerId: String(id) },
    people: String(id),
  })
  if (userId !== undefined && userId !== actor.id) {
    if (!choices.userIds.includes(userId)) throw notFound('同事')
    return single(userId, 'person')
  }
  if (userId === actor.id || circle === 'me') return single(actor.id, 'me')
  if (!choices.circles.includes(circle)) throw notFound('范围')
  if (circle === 'all') return { circle, zone, owners: {}, people: null }
  const teams = circle === 'team' ? [actor.teamId!] : await teamsUnder(read, actor.teamId)
  const people = actor.people[circle]
  return {
    circle,
    zone,
    owners: teams.length <= MOST_IDS ? { teamId: teams.join() } : {},
    people: people.length <= MOST_IDS ? people.join() : null,
  }
}

/** Everything 工作台 shows, in one answer. What one module cannot read is named as missing; only where nothing can be read it fails as a whole. */
export async function readHome(
  read: Read,
  actor: Actor,
  asked: Asked,
  {
    heavy,
    sources,
    zone,
    warn,
  }: Pick<HomeAsk, 'heavy' | 'zone'> & {
    sources: readonly HomeSource[]
    warn: (message: string, error: unknown) => void
  },
): Promise<Home> {
  const choices = await choicesOf(read, actor)
  const ask: HomeAsk = { ...(await askOf(read, actor, asked, choices, zone)), heavy }
  const blocks: HomeBlock[] = []
  const failed: string[] = []
  let worked = 0
  let first: unknown
  const breathe = breathing()
  for (const source of sources) {
    if (source.permission !== null && !can(actor, source.permission)) continue
    try {
      blocks.push(...(await source.blocks(read, actor, ask)))
      worked += 1
    } catch (error) {
      failed.push(source.label ?? '其他')
      warn(`工作台:${source.label ?? '其他'}读不出来`, error)
      first ??= error
    }
    await breathe()
  }
  if (failed.length > 0 && worked === 0) throw first
  return { circle: ask.circle, userId: ask.circle === 'person' ? asked.userId! : null, choices, blocks, failed }
}
