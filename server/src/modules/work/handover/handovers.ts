import type { Selectable } from 'kysely'
import type { Handover, HandoverCount, handovers as api, HandoverRow } from '@crm/shared/contract/handovers'
import type { Input, Page } from '@crm/shared/kernel/endpoint'
import { type Actor, can } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import type { HandoverPart } from '../../../core/rows/handover.ts'
import { forbidden, invalidField, notFound, problem } from '../../../core/problem.ts'
import { ownersWithin } from '../../../core/access/scope.ts'
import { inIds } from '../../../db/dialect.ts'
import type { DB } from '../../../db/schema.ts'
import type { Read, Tx } from '../../../db/store.ts'

export type HandoverRecord = Selectable<DB['handovers']>
type StartBody = Input<typeof api.start>['body']
interface Paging {
  readonly page?: number
  readonly size?: number
}
const DEEPEST = 10_000
const slice = ({ page = 1, size = 50 }: Paging) => {
  if (page * size > DEEPEST) throw problem('page_too_deep', `最多翻到第 ${DEEPEST} 行`)
  return { offset: (page - 1) * size, limit: size }
}
const within = (actor: Actor): readonly number[] | null => {
  const reach = actor.grants.get('handover.manage') ?? 'own'
  return reach === 'all' ? null : ownersWithin(actor, reach)
}

export const partsOf = (parts: readonly HandoverPart[], { include }: Pick<HandoverRecord, 'include'>) => {
  const keys = JSON.parse(include) as string[]
  return parts.filter(({ key }) => keys.includes(key))
}
export const receiversOf = ({ toUserIds }: Pick<HandoverRecord, 'toUserIds'>) => JSON.parse(toUserIds) as number[]

async function personOf(db: Read | Tx, actor: Actor, id: number, field: string) {
  const row = await (db as Tx)
    .selectFrom('users')
    .select(['id', 'name', 'disabled', 'version'])
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  const circle = within(actor)
  if (!row || (circle && !circle.includes(id))) throw invalidField(field, '操作员不存在或不在你的管理范围内')
  return row
}

export const countsOf = (db: Read | Tx, parts: readonly HandoverPart[], userId: number): Promise<HandoverCount[]> =>
  parts.reduce<Promise<HandoverCount[]>>(async (before, { count, key, label }) => {
    const counts = await before
    return [...counts, { key, label, count: await count(db, userId) }]
  }, Promise.resolve([]))

export async function previewHandover(
  read: Read,
  actor: Actor,
  parts: readonly HandoverPart[],
  fromUserId: number,
): Promise<{ counts: HandoverCount[]; isDisabled: boolean }> {
  const person = await personOf(read, actor, fromUserId, 'fromUserId')
  return { counts: await countsOf(read, parts, fromUserId), isDisabled: person.disabled === 1 }
}

/** Writes down what is to be done; `workOff` does it. */
export async function openHandover(
  tx: Tx,
  actor: Actor,
  parts: readonly HandoverPart[],
  { disable = false, fromUserId, include, split, toUserId }: StartBody,
): Promise<number> {
  const from = await personOf(tx, actor, fromUserId, 'fromUserId')
  const receivers = split && split.length > 0 ? split : toUserId ? [toUserId] : []
  const field = split && split.length > 0 ? 'split' : 'toUserId'
  if (receivers.length === 0) throw invalidField(field, '请选择接收人')
  if (new Set(receivers).size < receivers.length) throw invalidField(field, '同一接收人只能出现一次')
  for (const id of receivers) {
    if (id === fromUserId) throw invalidField(field, '不能交接给本人')
    if ((await personOf(tx, actor, id, field)).disabled === 1) throw invalidField(field, '接收人已停用')
  }
  const known = parts.map(({ key }) => key)
  const unknown = include?.find((key) => !known.includes(key))
  if (unknown !== undefined) throw invalidField('include', `没有“${unknown}”这一类`)
  const keys = include && include.length > 0 ? known.filter((key) => include.includes(key)) : known
  if (disable) {
    if (!can(actor, 'user.update')) throw forbidden('没有停用操作员的权限')
    if (fromUserId === actor.id) throw invalidField('disable', '不能停用自己')
    if (keys.length < known.length) throw invalidField('disable', '要停用,须交接全部类别')
  }
  const busy = await tx
    .selectFrom('handovers')
    .select('id')
    .where('state', 'in', ['running', 'undoing'])
    .where('fromUserId', '=', fromUserId)
    .executeTakeFirst()
  if (busy) throw problem('illegal_move', `${from.name} 正在交接`)
  const counts = await countsOf(
    tx,
    parts.filter(({ key }) => keys.includes(key)),
    fromUserId,
  )
  const { id } = await tx
    .insertInto('handovers')
    .values({
      state: 'running',
      fromUserId,
      toUserIds: JSON.stringify(receivers),
      include: JSON.stringify(keys),
      disables: disable ? 1 : 0,
      hasDisabled: 0,
      byUserId: actor.id === 0 ? null : actor.id,
      byName: actor.name,
      createdAt: actor.at,
      updatedAt: actor.at,
      finishedAt: null,
      total: counts.reduce((sum, { count }) => sum + count, 0),
      done: 0,
      problem: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await audit(tx, actor, {
    entity: 'handover',
    recordId: id,
    action: 'create',
    after: { fromUserId, toUserIds: receivers, include: keys, disables: disable, counts },
    note: `${from.name} 的工作交接`,
  })
  return id
}

/** Sets a finished one going back. */
export async function openUndo(tx: Tx, actor: Actor, id: number): Promise<void> {
  const row = await findHandover(tx, actor, id)
  if (row.state !== 'done')
    throw problem('illegal_move', row.state === 'undone' ? '这次交接已经撤销' : '交接还在进行,请稍后再撤销')
  const from = await tx
    .selectFrom('users')
    .select(['name', 'disabled'])
    .where('id', '=', row.fromUserId)
    .executeTakeFirst()
  if (!from || (from.disabled === 1 && row.hasDisabled === 0))
    throw problem('illegal_move', `${from?.name ?? '交出人'} 已停用,请先启用再撤销`)
  await tx
    .updateTable('handovers')
    .set({ state: 'undoing', updatedAt: actor.at, problem: null })
    .where('id', '=', id)
    .execute()
  await audit(tx, actor, { entity: 'handover', recordId: id, action: 'undo', note: `撤销 ${from.name} 的工作交接` })
}

export async function findHandover(db: Read | Tx, actor: Actor, id: number): Promise<HandoverRecord> {
  const row = await (db as Tx).selectFrom('handovers').selectAll().where('id', '=', id).executeTakeFirst()
  const circle = within(actor)
  if (!row || (circle && !circle.includes(row.fromUserId))) throw notFound('交接')
  return row
}

async function shown(
  db: Read | Tx,
  parts: readonly HandoverPart[],
  rows: readonly HandoverRecord[],
): Promise<Handover[]> {
  const ids = rows.map((row) => row.id)
  const people = await (db as Tx).selectFrom('users').select(['id', 'name']).execute()
  const nameOf = (id: number) => people.find((user) => user.id === id)?.name ?? ''
  const counted = await (db as Tx)
    .selectFrom('handoverRows')
    .select(['handoverId', 'kind', 'state', (eb) => eb.fn.countAll<number>().as('n')])
    .where(inIds(db, 'handoverId', ids))
    .groupBy(['handoverId', 'kind', 'state'])
    .execute()
  return rows.map((row) => {
    const own = counted.filter((one) => one.handoverId === row.id)
    const sum = (some: typeof own) => some.reduce((n, one) => n + Number(one.n), 0)
    return {
      id: row.id,
      state: row.state,
      fromUserId: row.fromUserId,
      fromName: nameOf(row.fromUserId),
      to: receiversOf(row).map((userId) => ({ userId, name: nameOf(userId) })),
      byName: row.byName,
      createdAt: row.createdAt,
      finishedAt: row.finishedAt,
      total: row.total,
      done: row.done,
      counts: partsOf(parts, row).map(({ key, label }) => ({
        key,
        label,
        count: sum(own.filter((one) => one.kind === key)),
      })),
      disables: row.disables === 1,
      left: sum(own.filter((one) => one.state === 'left')),
      problem: row.problem,
    }
  })
}
export const showHandover = async (db: Read | Tx, parts: readonly HandoverPart[], row: HandoverRecord) =>
  (await shown(db, parts, [row]))[0]!

export async function listHandovers(
  read: Read,
  actor: Actor,
  parts: readonly HandoverPart[],
  query: Paging,
): Promise<Page<Handover>> {
  const { limit, offset } = slice(query)
  const circle = within(actor)
  const mine = (read as unknown as Tx)
    .selectFrom('handovers')
    .$if(circle !== null, (qb) => qb.where(inIds(read, 'fromUserId', circle!)))
  const rows = await mine.selectAll().orderBy('id', 'desc').offset(offset).limit(limit).execute()
  const { n } = await mine.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  return { items: await shown(read, parts, rows), total: Number(n), totalCapped: false, nextCursor: null }
}

const UNSEEN = '(个人事项,不显示)'

/** What a leaver wrote down for himself is now his successor's business, not that of everybody who may hand over. */
async function hiddenAmong(
  read: Read,
  actor: Actor,
  parts: readonly HandoverPart[],
  rows: readonly { id: number; kind: string; rowId: number }[],
): Promise<ReadonlySet<number>> {
  const hidden = new Set<number>()
  for (const { key, readable } of parts) {
    const some = rows.filter(({ kind }) => kind === key)
    if (!readable || some.length === 0) continue
    const ids = some.map(({ rowId }) => rowId)
    const may = await readable(read, actor, ids)
    for (const row of some) if (!may.has(row.rowId)) hidden.add(row.id)
  }
  return hidden
}

/** The printable list of what moved. */
export async function rowsOfHandover(
  read: Read,
  actor: Actor,
  parts: readonly HandoverPart[],
  id: number,
  query: Paging,
): Promise<Page<HandoverRow>> {
  await findHandover(read, actor, id)
  const { limit, offset } = slice(query)
  const some = (read as unknown as Tx).selectFrom('handoverRows').where('handoverId', '=', id)
  const rows = await some
    .innerJoin('users', 'users.id', 'handoverRows.toUserId')
    .select([
      'handoverRows.id',
      'handoverRows.kind',
      'handoverRows.rowId',
      'handoverRows.title',
      'handoverRows.customerName',
      'handoverRows.state',
      'users.name as toName',
    ])
    .orderBy('handoverRows.id')
    .offset(offset)
    .limit(limit)
    .execute()
  const { n } = await some.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  const labelOf = (kind: string) => parts.find(({ key }) => key === kind)?.label ?? kind
  const hidden = await hiddenAmong(read, actor, parts, rows)
  const items = rows.map(({ customerName, id: rowId, kind, state, title, toName }) => ({
    id: rowId,
    kind,
    label: labelOf(kind),
    ...(hidden.has(rowId) ? { title: UNSEEN, customerName: null } : { title, customerName }),
    toName,
    state,
  }))
  return { items, total: Number(n), totalCapped: false, nextCursor: null }
}
