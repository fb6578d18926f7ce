import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { entityOf } from '@crm/shared/entities/index'
import type { Entity, RowOf } from '@crm/shared/kernel/entity'
import { isColumn, nameBeside } from '@crm/shared/kernel/field'
import { regionName } from '@crm/shared/regions'
import { inIds } from '../db/dialect.ts'
import type { Read, Tx } from '../db/store.ts'
import type { Actor } from './actor.ts'
import { linksOf, loadLinks } from './links.ts'
import { masked, numbersReadable } from './mask.ts'

export type Raw = Record<string, unknown>
// Entities are chosen at run time here, so rows are records; modules get them typed by RowOf.
type Tables = Record<string, Raw>
export type AnySelect = SelectQueryBuilder<Tables, string, Raw>
export const tables = (db: Read | Tx): Kysely<Tables> => db as unknown as Kysely<Tables>

const SYSTEM = ['id', 'version', 'createdAt', 'updatedAt', 'deletedAt'] as const

/** The columns a row is made of; everything else in the table (keys, hashes, initials) never leaves the server. */
export const columnsOf = (entity: Entity): string[] => Object.entries(entity.fields).filter(([, f]) => isColumn(f)).map(([key]) => key)

/** What the audit log keeps of a row: all its fields as stored. */
export function snapshot(entity: Entity, stored: Raw, links: Raw = {}): Raw {
  const kept = Object.fromEntries([...SYSTEM, ...columnsOf(entity)].map((key) => [key, stored[key] ?? null]))
  return { ...kept, ...Object.fromEntries(linksOf(entity).map(({ key }) => [key, links[key] ?? []])) }
}

function present(entity: Entity, stored: Raw): Raw {
  const row: Raw = { id: stored['id'], version: stored['version'], createdAt: stored['createdAt'], updatedAt: stored['updatedAt'] }
  if (stored['deletedAt']) row['deletedAt'] = stored['deletedAt']
  for (const [key, field] of Object.entries(entity.fields)) {
    if (field.kind === 'flag') row[key] = stored[key] === 1
    else if (field.kind === 'option' && field.many) row[key] = JSON.parse((stored[key] as string | null) ?? '[]')
    else if (isColumn(field)) row[key] = stored[key]
    if (field.kind === 'ref' && !field.many) row[nameBeside(key)] = stored[nameBeside(key)] ?? null
    if (field.kind === 'text' && field.format === 'region') row[nameBeside(key)] = stored[key] ? regionName(stored[key] as string) : null
  }
  return row
}

/**
 * The rows of these ids as the API shows them, in the order of the ids: names beside references, links, numbers masked
 * as the actor's rights say. The caller has decided that the actor may see them.
 */
export async function rowsByIds<E extends Entity>(db: Read | Tx, actor: Actor, entity: E, ids: readonly number[]): Promise<RowOf<E>[]> {
  if (ids.length === 0) return []
  const own = [...SYSTEM, ...columnsOf(entity)].map((key) => `${entity.table}.${key}`)
  const names = Object.entries(entity.fields).flatMap(([key, field]) => {
    if (field.kind !== 'ref' || field.many) return []
    const to = entityOf(field.to)
    return [sql`(select n.${sql.ref(to.title)} from ${sql.table(to.table)} n where n.id = ${sql.ref(`${entity.table}.${key}`)})`.as(nameBeside(key))]
  })
  const stored = await tables(db)
    .selectFrom(entity.table)
    .select([...own, ...names, numbersReadable(actor, entity).as('numbersReadable')] as never)
    .where(inIds(db, `${entity.table}.id`, ids))
    .execute()
  const links = linksOf(entity).length > 0 ? await loadLinks(db, entity, ids) : null
  const byId = new Map(
    (stored as Raw[]).map((raw) => {
      const id = raw['id'] as number
      const row = masked(entity, present(entity, raw), raw['numbersReadable'] === 1)
      return [id, links ? Object.assign(row, links.get(id)) : row]
    }),
  )
  return ids.flatMap((id) => byId.get(id) ?? []) as RowOf<E>[]
}

/** A row as the table keeps it, with its links; for rules and audit, never for a reply. */
export async function storedRow(db: Read | Tx, entity: Entity, id: number): Promise<Raw | undefined> {
  const row = (await tables(db).selectFrom(entity.table).selectAll().where('id', '=', id).executeTakeFirst()) as Raw | undefined
  if (!row || linksOf(entity).length === 0) return row
  return { ...row, ...(await loadLinks(db, entity, [id])).get(id) }
}

/** Values of a body as columns: flags as 0/1, lists of options as JSON text; many-references are not columns. */
export function toColumns(entity: Entity, values: Raw): Raw {
  const columns: Raw = {}
  for (const [key, value] of Object.entries(values)) {
    const field = entity.fields[key]
    if (field && !isColumn(field)) continue
    if (value === undefined) continue
    columns[key] = typeof value === 'boolean' ? (value ? 1 : 0) : Array.isArray(value) ? JSON.stringify(value) : value
  }
  return columns
}
