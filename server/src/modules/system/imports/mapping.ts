import type { Entity } from '@crm/shared/kernel/entity'
import type { Field } from '@crm/shared/kernel/field'
import { invalidField } from '../../../core/problem.ts'
import { headerKey } from './table/header.ts'

/** header -> field name. */
export type Mapping = Readonly<Record<string, string>>

/** Columns that errors.xlsx adds: never read back, so that the mended file uploads as it is. */
export const ERROR_COLUMN = '错误列'
export const ERROR_REASON = '错误原因'
const OURS = new Set([ERROR_COLUMN, ERROR_REASON].map(headerKey))
export const isOurs = (header: string): boolean => OURS.has(headerKey(header))

export const importable = (entity: Entity): [string, Field][] =>
  Object.entries(entity.fields).filter(([, field]) => !field.readonly && !field.noImport)
export const isRegion = (field: Field): boolean => field.kind === 'text' && field.format === 'region'
const namesOf = (field: Field): string[] => [field.label, ...(field.aliases ?? [])].map(headerKey)

/** What people add to a heading: (必填), *, : */
const bare = (header: string): string => {
  const key = headerKey(header)
  return key.replace(/\([^)]*\)|\[[^\]]*\]|【[^】]*】|[*:]|必填|选填/g, '') || key
}

/** 省 1, 市 2, 区县 3: places are read from the large to the small, wherever the columns stand. 0 holds them all. */
export function regionLevel(header: string): 0 | 1 | 2 | 3 {
  const key = bare(header)
  if (/省/.test(key)) return /市|区|县/.test(key) ? 0 : 1
  if (key.endsWith('市') && !/区|县/.test(key)) return 2
  return /^(所在)?(区|县|区县|县区|区\/县)$/.test(key) ? 3 : 0
}

/**
 * Which column holds which field, by label, then alias, then the longest name that makes up most of the heading. One column
 * per field, the first that fits; only a region may be spread over 省, 市 and 区.
 */
export function guess(entity: Entity, headers: readonly string[]): Record<string, string> {
  const fields = importable(entity)
  const open = headers.filter((header) => !isOurs(header)).map((header) => ({ header, key: bare(header) }))
  const found = new Map<string, string>()
  const taken = new Set<string>()
  const claim = (header: string, name: string) => {
    found.set(header, name)
    taken.add(name)
  }
  const regions = fields.filter(([, field]) => isRegion(field))
  for (const [name, field] of regions) {
    const named = open.filter(({ key }) => namesOf(field).includes(key))
    const levels = named.filter(({ header }) => regionLevel(header) > 0)
    for (const { header } of levels.length > 0 ? levels : named.slice(0, 1)) claim(header, name)
  }
  const single = () => fields.filter(([name]) => !taken.has(name))
  const free = () => open.filter(({ header }) => !found.has(header))
  const exactly = (names: (field: Field) => string[]) => {
    for (const [name, field] of single()) {
      const keys = names(field)
      const best = keys.map((key) => free().find((column) => column.key === key)).find(Boolean)
      if (best) claim(best.header, name)
    }
  }
  exactly((field) => namesOf(field).slice(0, 1))
  exactly((field) => namesOf(field).slice(1))
  for (const { header, key } of free()) {
    const near = single()
      .map(([name, field]) => ({ name, length: longestPart(namesOf(field), key) }))
      .filter(({ length }) => length >= 2 && length * 2 > key.length)
      .sort((a, b) => b.length - a.length)[0]
    if (near) claim(header, near.name)
  }
  // In the order of the columns; Object.fromEntries makes even `__proto__` a plain key.
  return Object.fromEntries(headers.flatMap((header) => (found.has(header) ? [[header, found.get(header)!]] : [])))
}
const longestPart = (names: readonly string[], key: string) =>
  Math.max(0, ...names.filter((name) => key.includes(name)).map((name) => name.length))

const shown = (header: string) => header.slice(0, 60)

/** 400 unless every header is one of the file's, every field one of the entity's, and no field has two columns. */
export function checkedMapping(entity: Entity, headers: readonly string[], given: Mapping): Record<string, string> {
  const fields = new Map(importable(entity))
  const holder = new Map<string, string>()
  const known: [string, string][] = []
  for (const [written, name] of Object.entries(given)) {
    const at = `mapping.${shown(written)}`
    const header = headers.find((h) => h === written) ?? headers.find((h) => headerKey(h) === headerKey(written))
    if (header === undefined) throw invalidField(at, `文件里没有“${shown(written)}”这一列`)
    const key = fields.has(name) ? name : [...fields].find(([, field]) => field.label === name)?.[0]
    const field = key === undefined ? undefined : fields.get(key)
    if (key === undefined || !field) throw invalidField(at, `${entity.label}没有“${name}”这一项`)
    const other = holder.get(key)
    if (other !== undefined && !isRegion(field))
      throw invalidField(at, `“${shown(other)}”和“${shown(header)}”都对应到了${field.label},只能保留一列`)
    holder.set(key, header)
    known.push([header, key])
  }
  return Object.fromEntries(known)
}

/** The guess with `given` on top; a field given to another column leaves the guessed one, an empty name drops a column. */
export function guessedWith(entity: Entity, headers: readonly string[], given: Mapping): Record<string, string> {
  const kept = Object.entries(given).filter(([, name]) => name !== '')
  const checked = checkedMapping(entity, headers, Object.fromEntries(kept))
  const named = new Set(Object.keys(given).map(headerKey))
  const fields = new Set(Object.values(checked))
  const guessed = Object.entries(guess(entity, headers)).filter(
    ([header, name]) => !named.has(headerKey(header)) && !fields.has(name),
  )
  return Object.fromEntries([...guessed, ...Object.entries(checked)])
}

/** One mapped column of the file. */
export interface Column {
  readonly header: string
  /** Index into a row's cells. */
  readonly at: number
  readonly name: string
  readonly field: Field
}

/** The mapped columns by field; those of a region from the province down. */
export function columnsOf(entity: Entity, headers: readonly string[], mapping: Mapping): Map<string, Column[]> {
  const columns = new Map<string, Column[]>()
  for (const [at, header] of headers.entries()) {
    const name = Object.hasOwn(mapping, header) ? mapping[header]! : undefined
    const field = name === undefined ? undefined : entity.fields[name]
    if (name === undefined || !field) continue
    columns.set(name, [...(columns.get(name) ?? []), { header, at, name, field }])
  }
  for (const [, several] of columns) several.sort((a, b) => regionLevel(a.header) - regionLevel(b.header))
  return columns
}
