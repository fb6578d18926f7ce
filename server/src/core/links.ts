import { type Kysely, sql } from 'kysely'
import { entityOf } from '@crm/shared/entities/index'
import type { Entity } from '@crm/shared/kernel/entity'
import { type LinkTable, nameBeside } from '@crm/shared/kernel/field'
import { inIds } from '../db/dialect.ts'
import type { Read, Tx } from '../db/store.ts'

interface Link {
  readonly key: string
  readonly to: Entity
  readonly at: LinkTable
}
export const linksOf = (entity: Entity): Link[] =>
  Object.entries(entity.fields).flatMap(([key, f]) => (f.kind === 'ref' && f.many ? [{ key, to: entityOf(f.to), at: f.many }] : []))

type Linked = Record<string, number[] | string[]>

/** For each row id: `tagIds` and `tagNames` (every many-reference), in the order they were linked. */
export async function loadLinks(db: Read | Tx, entity: Entity, ids: readonly number[]): Promise<Map<number, Linked>> {
  const found = new Map<number, Linked>(ids.map((id) => [id, {}]))
  for (const { key, to, at } of linksOf(entity)) {
    const names = nameBeside(key)
    for (const linked of found.values()) Object.assign(linked, { [key]: [], [names]: [] })
    if (ids.length === 0) continue
    const { rows } = await sql<{ parent: number; id: number; name: string }>`
      select l.${sql.ref(at.parent)} as parent, t.id as id, t.${sql.ref(to.title)} as name
      from ${sql.table(at.table)} l join ${sql.table(to.table)} t on t.id = l.${sql.ref(at.child)}
      where ${inIds(db, `l.${at.parent}`, ids)} order by t.id`.execute(db as Tx)
    for (const { parent, id, name } of rows) {
      const linked = found.get(parent)!
      ;(linked[key] as number[]).push(id)
      ;(linked[names] as string[]).push(name)
    }
  }
  return found
}

/** Replaces the links of the many-references that `values` holds. */
export async function saveLinks(tx: Tx, entity: Entity, id: number, values: Readonly<Record<string, unknown>>): Promise<void> {
  const db = tx as unknown as Kysely<Record<string, Record<string, unknown>>>
  for (const { key, at } of linksOf(entity)) {
    const children = values[key] as readonly number[] | undefined
    if (children === undefined) continue
    await db.deleteFrom(at.table).where(at.parent, '=', id).execute()
    if (children.length > 0) await db.insertInto(at.table).values(children.map((child) => ({ [at.parent]: id, [at.child]: child }))).execute()
  }
}
