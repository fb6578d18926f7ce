import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import { entityOf } from '@crm/shared/entities/index'
import type { Entity } from '@crm/shared/kernel/entity'
import { type LinkTable, nameBeside } from '@crm/shared/kernel/field'
import { sql } from '../../db/sql.ts'
import { engineOf, idsParameter, inIds } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'

interface Link {
  readonly key: string
  readonly to: Entity
  readonly at: LinkTable
}
const known = new WeakMap<Entity, readonly Link[]>()
export function linksOf(entity: Entity): readonly Link[] {
  const links =
    known.get(entity) ??
    Object.entries(entity.fields).flatMap(([key, f]) =>
      f.kind === 'ref' && f.many ? [{ key, to: entityOf(f.to), at: f.many }] : [],
    )
  known.set(entity, links)
  return links
}

type Linked = Record<string, number[] | string[]>
interface LinkRow {
  readonly parent: number
  readonly id: number
  readonly name: string
}
/** By engine and entity, as in rows.ts. */
const prepared = new Map<string, CompiledQuery<LinkRow>>()

function selectLinks(
  db: Read | Tx,
  entity: Entity,
  { key, to, at }: Link,
  ids: readonly number[],
): Promise<QueryResult<LinkRow>> {
  const name = `${engineOf(db)} ${entity.name} ${key}`
  const kept = prepared.get(name)
  if (kept) return (db as Tx).executeQuery({ ...kept, parameters: [idsParameter(db, ids)] })
  const made = sql<LinkRow>`
    select l.${sql.ref(at.parent)} as parent, t.id as id, t.${sql.ref(to.title)} as name
    from ${sql.table(at.table)} l join ${sql.table(to.table)} t on t.id = l.${sql.ref(at.child)}
    where ${inIds(db, `l.${at.parent}`, ids)} order by t.id`.compile(db as Tx)
  prepared.set(name, made)
  return (db as Tx).executeQuery(made)
}

/** For each row id: `tagIds` and `tagNames` (every many-reference), in the order they were linked. */
export async function loadLinks(db: Read | Tx, entity: Entity, ids: readonly number[]): Promise<Map<number, Linked>> {
  const found = new Map<number, Linked>(ids.map((id) => [id, {}]))
  for (const link of linksOf(entity)) {
    const names = nameBeside(link.key)
    for (const linked of found.values()) {
      linked[link.key] = []
      linked[names] = []
    }
    if (ids.length === 0) continue
    const { rows } = await selectLinks(db, entity, link, ids)
    for (const { parent, id, name } of rows) {
      const linked = found.get(parent)!
      ;(linked[link.key] as number[]).push(id)
      ;(linked[names] as string[]).push(name)
    }
  }
  return found
}

/** Replaces the links of the many-references that `values` holds; a new row has none yet. */
export async function saveLinks(
  tx: Tx,
  entity: Entity,
  id: number,
  values: Readonly<Record<string, unknown>>,
  isNew = false,
): Promise<void> {
  const db = tx as unknown as Kysely<Record<string, Record<string, unknown>>>
  for (const { key, at } of linksOf(entity)) {
    const children = values[key] as readonly number[] | undefined
    if (children === undefined) continue
    if (!isNew) await db.deleteFrom(at.table).where(at.parent, '=', id).execute()
    if (children.length > 0)
      await db
        .insertInto(at.table)
        .values(children.map((child) => ({ [at.parent]: id, [at.child]: child })))
        .execute()
  }
}
