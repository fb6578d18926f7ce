import type { Announcement, AnnouncementShown } from '@crm/shared/contract/announcements'
import { announcement } from '@crm/shared/entities/announcement'
import type { CreateOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../../core/access/actor.ts'
import { personChannel } from '../../../core/jobs/channels.ts'
import { crud } from '../../../core/rows/crud.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { wake } from '../../../db/wake.ts'

export const announcements = crud(announcement, 'setting.manage')
const MOST = 100
const onceKey = (id: number) => `announcement:${id}`

const parents = async (db: Read | Tx) =>
  new Map(
    (await (db as Read).selectFrom('teams').select(['id', 'parentId']).where('deletedAt', 'is', null).execute()).map(
      ({ id, parentId }) => [id, parentId],
    ),
  )
/** The team and those above it. */
function upwards(parentOf: ReadonlyMap<number, number | null>, teamId: number | null): number[] {
  const found: number[] = []
  for (let at = teamId; at !== null && !found.includes(at); at = parentOf.get(at) ?? null) found.push(at)
  return found
}

/** Tells whom it is for; whoever was told of it before is not told again. */
async function tellOf(tx: Tx, actor: Actor, { id, teamIds, title }: Announcement): Promise<void> {
  const people = await tx
    .selectFrom('users')
    .select(['id', 'teamId'])
    .where('disabled', '=', 0)
    .where('deletedAt', 'is', null)
    .execute()
  const parentOf = await parents(tx)
  const isFor = (teamId: number | null) =>
    teamIds.length === 0 || upwards(parentOf, teamId).some((one) => teamIds.includes(one))
  const userIds = people.filter((one) => one.id !== actor.id && isFor(one.teamId)).map((one) => one.id)
  await tell(tx, actor.at, { kind: 'announcement', userIds, title: `公告:${title}`, onceKey: onceKey(id) })
}

export async function publish(tx: Tx, actor: Actor, body: CreateOf<typeof announcement>): Promise<Announcement> {
  const row = await announcements.create(tx, actor, body, { authorId: actor.id === 0 ? null : actor.id })
  await tellOf(tx, actor, row)
  return row
}
export async function edit(
  tx: Tx,
  actor: Actor,
  id: number,
  body: UpdateOf<typeof announcement>,
): Promise<Announcement> {
  const row = await announcements.update(tx, actor, id, body)
  await tellOf(tx, actor, row)
  return row
}

/** Those that are shown to the actor today. */
export async function shownTo(db: Read | Tx, actor: Actor): Promise<{ items: AnnouncementShown[] }> {
  const teams = upwards(await parents(db), actor.teamId)
  const rows = await (db as Read)
    .selectFrom('announcements as a')
    .leftJoin('users as author', 'author.id', 'a.authorId')
    .leftJoin('announcementReads as r', (join) =>
      join.onRef('r.announcementId', '=', 'a.id').on('r.userId', '=', actor.id),
    )
    .select(['a.id', 'a.title', 'a.body', 'a.endOn', 'a.createdAt', 'author.name as authorName', 'r.readAt'])
    .where('a.deletedAt', 'is', null)
    .where((e) => e.or([e('a.endOn', 'is', null), e('a.endOn', '>=', actor.today)]))
    .where((e) => {
      const named = e.selectFrom('announcementTeams as t').select('t.teamId').whereRef('t.announcementId', '=', 'a.id')
      const mine = e.exists(named.where(inIds(db, 't.teamId', teams)))
      return e.or([e.not(e.exists(named)), mine])
    })
    .orderBy('a.id', 'desc')
    .limit(MOST)
    .execute()
  return { items: rows }
}

/** Read by the actor: here, and among his notices. What is not shown to him is not spoken of. */
export async function markRead(tx: Tx, actor: Actor, ids: readonly number[]): Promise<{ items: AnnouncementShown[] }> {
  const { items } = await shownTo(tx, actor)
  const fresh = items.filter(({ id, readAt }) => readAt === null && ids.includes(id)).map(({ id }) => id)
  if (fresh.length === 0) return { items }
  await tx
    .insertInto('announcementReads')
    .values(fresh.map((announcementId) => ({ announcementId, userId: actor.id, readAt: actor.at })))
    .onConflict((on) => on.doNothing())
    .execute()
  await tx
    .updateTable('notifications')
    .set({ readAt: actor.at })
    .where('userId', '=', actor.id)
    .where('readAt', 'is', null)
    .where('onceKey', 'in', fresh.map(onceKey))
    .execute()
  await wake(tx, [personChannel(actor.id)])
  return shownTo(tx, actor)
}
