import type { Kysely, RawBuilder, SelectQueryBuilder } from 'kysely'
import { entityOf } from '@crm/shared/entities/index'
import type { Entity, RowOf } from '@crm/shared/kernel/entity'
import { type Field, isColumn, nameBeside } from '@crm/shared/kernel/field'
import { sortable } from '@crm/shared/kernel/query'
import { regionName } from '@crm/shared/regions'
import { sql } from '../../db/sql.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { linksOf, loadLinks } from './links.ts'
import { hiddenCosts, masked, numbersReadable } from '../access/mask.ts'

export type Raw = Record<string, unknown>
// Entities are chosen at run time here, so rows are records; modules get them typed by RowOf.
type Tables = Record<string, Raw>
export type AnySelect = SelectQueryBuilder<Tables, string, Raw>
export const tables = (db: Read | Tx): Kysely<Tables> => db as unknown as Kysely<Tables>

const SYSTEM = ['id', 'version', 'createdAt', 'updatedAt', 'deletedAt'] as const

/** The columns a row is made of; everything else in the table (keys, hashes, initials) never leaves the server. */
export const columnsOf = (entity: Entity): string[] =>
  Object.entries(entity.fields)
    .filter(([, f]) => isColumn(f))
    .map(([key]) => key)

/** What the audit log keeps of a row: all its fields as stored. */
export function snapshot(entity: Entity, stored: Raw, links: Raw = {}): Raw {
  const kept = Object.fromEntries([...SYSTEM, ...columnsOf(entity)].map((key) => [key, stored[key] ?? null]))
  return { ...kept, ...Object.fromEntries(linksOf(entity).map(({ key }) => [key, links[key] ?? []])) }
}

interface Presentation {
  readonly flags: readonly string[]
  readonly lists: readonly string[]
  readonly regions: readonly (readonly [key: string, name: string])[]
  /** Columns that only the order of a list needs. */
  readonly unseen: readonly string[]
}
const presentations = new WeakMap<Entity, Presentation>()
/** How a row is shown, worked out once per entity: lists show fifty of them at a time. */
function presentationOf(entity: Entity): Presentation {
  const known = presentations.get(entity)
  if (known) return known
  const fields = Object.entries(entity.fields).filter(([, field]) => isColumn(field))
  const keys = (of: (field: Field) => boolean) => fields.filter(([, field]) => of(field)).map(([key]) => key)
  const shown = new Set<string>([...SYSTEM, ...columnsOf(entity)])
  const made = {
    flags: keys((field) => field.kind === 'flag'),
    lists: keys((field) => field.kind === 'option' && field.many === true),
    regions: keys((field) => field.kind === 'text' && field.format === 'region').map(
      (key) => [key, nameBeside(key)] as const,
    ),
    unseen: [...new Set(Object.values(sortable(entity)))].filter((key) => !shown.has(key)),
  }
  presentations.set(entity, made)
  return made
}

/** Makes of a row as read the row as shown: the same object, since copying fifty rows costs half of what reading them does. */
function present({ flags, lists, regions, unseen }: Presentation, row: Raw): Raw {
  for (const key of flags) row[key] = row[key] === 1
  for (const key of lists) row[key] = JSON.parse((row[key] as string | null) ?? '[]')
  for (const [key, name] of regions) row[name] = row[key] ? regionName(row[key] as string) : null
  for (const key of unseen) delete row[key]
  if (row['deletedAt'] === null) delete row['deletedAt']
  return row
}

/** The select list of an entity, put together once: its text depends on nothing but the entity. */
const selectLists = new Map<string, RawBuilder<unknown>>()
function selectList(db: Read | Tx, entity: Entity): RawBuilder<unknown> {
  const known = selectLists.get(entity.name)
  if (known) return known
  // Those of the order as well: a cursor carries the last row's.
  const keys = new Set([...SYSTEM, ...columnsOf(entity), ...Object.values(sortable(entity))])
  const own = [...keys].map((key) => sql.ref(`${entity.table}.${key}`))
  const names = Object.entries(entity.fields).flatMap(([key, field]) => {
    if (field.kind !== 'ref' || field.many) return []
    const to = entityOf(field.to)
    return [
      sql`(select n.${sql.ref(to.title)} from ${sql.table(to.table)} n where n.id = ${sql.ref(`${entity.table}.${key}`)}) as ${sql.ref(nameBeside(key))}`,
    ]
  })
  const made = sql.raw(sql`${sql.join([...own, ...names])}`.compile(tables(db)).sql)
  selectLists.set(entity.name, made)
  return made
}

/** Reads rows as the API shows them from `source`, a table expression with the entity's table in it and what follows it; the last one as read. */
async function readRows(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  source: RawBuilder<unknown>,
  besides: readonly RawBuilder<unknown>[] = [],
): Promise<{ rows: Raw[]; last: Raw | undefined }> {
  const readable = numbersReadable(actor, entity)
  const { rows: read } =
    await sql<Raw>`select ${selectList(db, entity)}${readable.sql ? sql`, ${readable.sql} as ${sql.ref('numbersReadable')}` : sql``}${sql.join(
      besides.map((one) => sql`, ${one}`),
      sql``,
    )} from ${source}`.execute(db as Tx)
  const links =
    linksOf(entity).length > 0
      ? await loadLinks(
          db,
          entity,
          read.map((raw) => raw['id'] as number),
        )
      : null
  const presentation = presentationOf(entity)
  const costs = hiddenCosts(actor, entity)
  const end = read.at(-1)
  const last = end && { ...end }
  if (besides.length > 0)
    for (const row of read) for (const key of Object.keys(row)) if (key.startsWith('#')) delete row[key]
  const rows = read.map((raw) => {
    const isReadable = (readable.sql ? raw['numbersReadable'] : readable.constant) === 1
    if (readable.sql) delete raw['numbersReadable']
    const row = masked(entity, present(presentation, raw), isReadable)
    for (const key of costs) row[key] = null
    return links ? Object.assign(row, links.get(raw['id'] as number)) : row
  })
  return { rows, last }
}

/**
 * The rows of these ids as the API shows them, in the order of the ids: names beside references, links, numbers masked
 * as the actor's rights say. The caller has decided that the actor may see them.
 */
export async function rowsByIds<E extends Entity>(
  db: Read | Tx,
  actor: Actor,
  entity: E,
  ids: readonly number[],
): Promise<RowOf<E>[]> {
  if (ids.length === 0) return []
  const { rows } = await readRows(
    db,
    actor,
    entity,
    sql`${sql.table(entity.table)} where ${inIds(db, `${entity.table}.id`, ids)}`,
  )
  const byId = new Map(rows.map((row) => [row['id'], row]))
  return ids.flatMap((id) => byId.get(id) ?? []) as RowOf<E>[]
}

/** One page: its ids are chosen by `where` and `order` (often from an index alone), and only their rows are read. */
export async function rowsOfPage<E extends Entity>(
  db: Read | Tx,
  actor: Actor,
  entity: E,
  page: {
    where: RawBuilder<unknown>
    order: RawBuilder<unknown>
    /** What the order goes by and no column keeps, named with a `#`; of the last row only. */
    sortedBy: readonly RawBuilder<unknown>[]
    size: number
    offset: number
  },
): Promise<{ rows: RowOf<E>[]; last: Raw | undefined }> {
  const table = sql.table(entity.table)
  const id = sql.ref(`${entity.table}.id`)
  const chosen = sql`select ${id} as id from ${table} where ${page.where} order by ${page.order} limit ${sql.lit(page.size)} offset ${page.offset}`
  const read = await readRows(
    db,
    actor,
    entity,
    sql`(${chosen}) page cross join ${table} where ${id} = page.id order by ${page.order}`,
    page.sortedBy,
  )
  return read as { rows: RowOf<E>[]; last: Raw | undefined }
}

/** A row as the table keeps it, with its links; for rules and audit, never for a reply. */
export async function storedRow(db: Read | Tx, entity: Entity, id: number): Promise<Raw | undefined> {
  const row = (await tables(db).selectFrom(entity.table).selectAll().where('id', '=', id).executeTakeFirst()) as
    | Raw
    | undefined
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
