import type { InteractionComment } from '@crm/shared/contract/interactions'
import { customer } from '@crm/shared/entities/customer'
import type { interaction } from '@crm/shared/entities/interaction'
import type { RowOf } from '@crm/shared/kernel/entity'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { invalidField } from '../../../core/problem.ts'
import { visible } from '../../../core/access/scope.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { loadRights } from '../../org/service.ts'
import { interactions } from './interactions.ts'

const BODY_CHARS = 200

/** What was said to these follow-ups, oldest first; the caller has decided that they may be seen. */
export async function commentsOf(
  db: Read | Tx,
  ids: readonly number[],
): Promise<ReadonlyMap<number, InteractionComment[]>> {
  const found = new Map<number, InteractionComment[]>()
  if (ids.length === 0) return found
  const rows = await (db as Tx)
    .selectFrom('interactionComments as c')
    .innerJoin('users as u', 'u.id', 'c.authorId')
    .select(['c.id', 'c.interactionId', 'c.authorId', 'u.name as authorName', 'c.text', 'c.createdAt'])
    .where(inIds(db, 'c.interactionId', ids))
    .orderBy('c.id')
    .execute()
  for (const { interactionId, ...comment } of rows)
    found.set(interactionId, [...(found.get(interactionId) ?? []), comment])
  return found
}

export async function listComments(read: Read, actor: Actor, id: number): Promise<{ items: InteractionComment[] }> {
  await interactions.reach(read, actor, id, 'interaction.read')
  return { items: (await commentsOf(read, [id])).get(id) ?? [] }
}

/** Whether this colleague may read follow-ups of the customer, with his own rights; null for nobody and for the disabled. */
async function lookOf(tx: Tx, actor: Actor, userId: number, customerId: number) {
  const rights = await loadRights(tx as unknown as Read, userId)
  if (!rights) return null
  const they = { ...actor, ...rights }
  const { rows } = await sql`select 1 from ${sql.table(customer.table)} where ${sql.ref('customers.id')} = ${customerId}
    and ${visible(they, customer, 'customer.read')} and ${visible(they, customer, 'interaction.read')}`.execute(tx)
  return { name: rights.name, sees: rows.length > 0 }
}

/** 批示: told to the author, to owner and collaborators of the customer, to whoever spoke there before and to whoever is mentioned. */
export async function commentOn(
  tx: Tx,
  actor: Actor,
  id: number,
  { mentionIds, text }: { text: string; mentionIds?: readonly number[] | null | undefined },
): Promise<InteractionComment> {
  await interactions.reach(tx, actor, id, 'interaction.comment')
  const row = (await interactions.find(tx, actor, id)) as RowOf<typeof interaction>
  const mentioned = [...new Set(mentionIds ?? [])]
  for (const userId of mentioned) {
    const look = await lookOf(tx, actor, userId, row.customerId)
    if (!look) throw invalidField('mentionIds', '提到的同事不存在或已停用')
    if (!look.sees) throw invalidField('mentionIds', `${look.name}看不到这个客户的跟进,不能提到他`)
  }
  const said = { interactionId: id, authorId: actor.id, text, createdAt: actor.at }
  const comment = await tx.insertInto('interactionComments').values(said).returning('id').executeTakeFirstOrThrow()
  await audit(tx, actor, {
    entity: 'interaction',
    recordId: id,
    action: 'comment',
    after: { ...said, mentionIds: mentioned },
  })

  const concerned = await concernedBy(tx, row)
  const others: number[] = []
  for (const userId of concerned)
    if (userId !== actor.id && !mentioned.includes(userId) && (await lookOf(tx, actor, userId, row.customerId))?.sees)
      others.push(userId)
  const notice = {
    kind: 'mention',
    body: [...text].slice(0, BODY_CHARS).join(''),
    link: `/customers/${row.customerId}#e-interaction-${id}`,
    customerId: row.customerId,
  } as const
  const where = `${row.customerName ?? '客户'}的跟进`
  await tell(tx, actor.at, { ...notice, userIds: others, title: `${actor.name}批示了${where}` })
  await tell(tx, actor.at, {
    ...notice,
    userIds: mentioned.filter((userId) => userId !== actor.id),
    title: `${actor.name}在${where}中提到了你`,
  })
  return { id: comment.id, authorId: actor.id, authorName: actor.name, text, createdAt: actor.at }
}

/** Author, owner and collaborators; who said something before waits for the answer. */
async function concernedBy(
  tx: Tx,
  { authorId, customerId, id }: RowOf<typeof interaction>,
): Promise<ReadonlySet<number>> {
  const owner = await tx
    .selectFrom('customers') // unscoped: of a follow-up the actor was let to
    .select('ownerId')
    .where('id', '=', customerId)
    .executeTakeFirst()
  const shared = await tx
    .selectFrom('collaborators')
    .select('userId')
    .where('entity', '=', 'customer')
    .where('recordId', '=', customerId)
    .execute()
  const spoke = await tx
    .selectFrom('interactionComments')
    .select('authorId')
    .where('interactionId', '=', id)
    .distinct()
    .execute()
  return new Set([
    authorId,
    ...(owner?.ownerId ? [owner.ownerId] : []),
    ...shared.map(({ userId }) => userId),
    ...spoke.map((one) => one.authorId),
  ])
}
