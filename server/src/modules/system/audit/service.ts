import type { AuditEntry, audit as api } from '@crm/shared/contract/system'
import { entities } from '@crm/shared/entities/index'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Input, Page } from '@crm/shared/kernel/endpoint'
import { sql } from '../../../db/sql.ts'
import { type Actor, can } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { masked } from '../../../core/access/mask.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { ownersWithin } from '../../../core/access/scope.ts'
import type { Read } from '../../../db/store.ts'

type Query = Input<typeof api.list>['query']
const COUNT_CAP = 10_000
const COSTS = new Set(
  Object.values<Entity>(entities).flatMap(({ fields }) =>
    Object.keys(fields).filter((key) => fields[key]!.mask === 'cost'),
  ),
)

/** What the query asks for, of what the reader may see: below 全部 only what the own circle did. */
function matching(read: Read, actor: Actor, { action, entity, recordId, actorId, atFrom, atTo }: Query) {
  const reach = actor.grants.get('audit.read') ?? 'own'
  const actors = actorId?.filter((id) => id !== 'none')
  return read
    .selectFrom('auditLog')
    .$if(reach !== 'all', (qb) => qb.where(among(sql.ref('actorId'), ownersWithin(actor, reach as 'own'))))
    .$if(entity !== undefined, (qb) => qb.where('entity', 'in', entity!))
    .$if(action !== undefined, (qb) => qb.where('action', 'in', action!))
    .$if(recordId !== undefined, (qb) => qb.where('recordId', '=', recordId!))
    .$if(actors !== undefined, (qb) => qb.where('actorId', 'in', actors!))
    .$if(atFrom !== undefined, (qb) => qb.where('at', '>=', atFrom!))
    .$if(atTo !== undefined, (qb) => qb.where('at', '<=', atTo!))
}

/** The row as it was, numbers masked unless every number may be read: whose row it was then, nobody knows any more. */
function rowOf(
  entityName: string,
  text: string | null,
  { costs, numbers }: { costs: boolean; numbers: boolean },
): Record<string, unknown> | null {
  if (text === null) return null
  // Wherever in the row a cost stands: documents keep theirs on their lines.
  const row = JSON.parse(text, (key, value) => (COSTS.has(key) && !costs ? null : value)) as Record<string, unknown>
  const entity = (entities as Record<string, Entity>)[entityName]
  return entity ? masked(entity, row, numbers) : row
}

/** A cursor is the id of the last row. */
function before(cursor: string): number {
  if (!/^[1-9]\d{0,14}$/.test(cursor)) throw invalidField('cursor', '游标无效')
  return Number(cursor)
}

/** Newest first. */
export async function listAudit(read: Read, actor: Actor, query: Query): Promise<Page<AuditEntry>> {
  const { cursor, page = 1, size = 50 } = query
  if (page * size > COUNT_CAP) throw problem('page_too_deep', `最多翻到第 ${COUNT_CAP} 行,请加筛选条件`)
  const rows = await matching(read, actor, query)
    .selectAll()
    .orderBy('id', 'desc')
    .limit(size)
    .$if(cursor !== undefined, (qb) => qb.where('id', '<', before(cursor!)))
    .offset(cursor === undefined ? (page - 1) * size : 0)
    .execute()
  const counted = matching(read, actor, query)
    .select('id')
    .limit(COUNT_CAP + 1)
    .as('counted')
  const { n } = await read
    .selectFrom(counted)
    .select((e) => e.fn.countAll().as('n'))
    .executeTakeFirstOrThrow()
  const readable = { numbers: actor.grants.get('phone.read') === 'all', costs: can(actor, 'product.cost') }
  return {
    items: rows.map((row) => ({
      ...row,
      before: rowOf(row.entity, row.before, readable),
      after: rowOf(row.entity, row.after, readable),
    })),
    total: Math.min(Number(n), COUNT_CAP),
    totalCapped: Number(n) > COUNT_CAP,
    nextCursor: rows.length === size ? String(rows.at(-1)!.id) : null,
  }
}
