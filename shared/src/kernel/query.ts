import type { Entity } from './entity.ts'
import { type Field, isMany } from './field.ts'
import type { FieldError } from './check.ts'
import { isDay, isInstant } from '../days.ts'

/**
 * Path and query values are patterned strings parsed here, never coerced: `1e3`, `01` and ` 1` are not ids.
 * A spec is closed: a parameter it does not name is refused.
 */
export type QueryKind =
  | { readonly as: 'id' }
  | { readonly as: 'integer'; readonly min: number; readonly max: number }
  | { readonly as: 'text'; readonly max: number }
  | { readonly as: 'flag' }
  | { readonly as: 'day' }
  | { readonly as: 'instant' }
  | { readonly as: 'oneOf'; readonly values: readonly string[] }
  /** Comma-separated. */
  | { readonly as: 'ids'; readonly max: number; readonly none?: true }
  | { readonly as: 'words'; readonly values?: readonly string[]; readonly max: number }
export type QueryParam = QueryKind & { readonly label: string; readonly required?: true }
export type QuerySpec = Readonly<Record<string, QueryParam>>

type ParamValue<P> = P extends { as: 'id' | 'integer' }
  ? number
  : P extends { as: 'text' | 'day' | 'instant' }
    ? string
    : P extends { as: 'oneOf'; values: readonly (infer V)[] }
      ? V
      : P extends { as: 'flag' }
        ? boolean
        : P extends { as: 'ids' }
          ? (number | 'none')[]
          : P extends { as: 'words' }
            ? string[]
            : never
type Flat<T> = { [K in keyof T]: T[K] } & {}
export type QueryOf<S> = Flat<
  { [K in keyof S as S[K] extends { required: true } ? K : never]: ParamValue<S[K]> } & {
    [K in keyof S as S[K] extends { required: true } ? never : K]?: ParamValue<S[K]>
  }
>

const ID = /^[1-9]\d{0,15}$/
const INTEGER = /^(0|-?[1-9]\d{0,15})$/

const parseId = (raw: string): number | undefined => {
  const id = ID.test(raw) ? Number(raw) : undefined
  return id !== undefined && Number.isSafeInteger(id) ? id : undefined
}

function parseOne(param: QueryParam, raw: string): unknown {
  switch (param.as) {
    case 'id':
      return parseId(raw)
    case 'integer': {
      const n = INTEGER.test(raw) ? Number(raw) : undefined
      return n !== undefined && n >= param.min && n <= param.max ? n : undefined
    }
    case 'text':
      return raw.length <= param.max && !raw.includes('\0') ? raw : undefined
    case 'flag':
      return raw === 'true' || raw === '1' ? true : raw === 'false' || raw === '0' ? false : undefined
    case 'day':
      return isDay(raw) ? raw : undefined
    case 'instant':
      return isInstant(raw) ? raw : undefined
    case 'oneOf':
      return param.values.includes(raw) ? raw : undefined
    case 'ids': {
      const ids = raw
        .split(',')
        .slice(0, param.max + 1)
        .map((part) => (part === 'none' && param.none ? part : parseId(part)))
      return ids.length <= param.max && !ids.includes(undefined) ? ids : undefined
    }
    case 'words': {
      const words = raw.split(',').slice(0, param.max + 1)
      const known = words.every((word) => (param.values ? param.values.includes(word) : /^[\w-]{1,40}$/.test(word)))
      return words.length <= param.max && known ? words : undefined
    }
  }
}

/** Parses a raw query or path record; each bad or unknown parameter is named. */
export function parseQuery<S extends QuerySpec>(spec: S, raw: Readonly<Record<string, unknown>>) {
  const errors: FieldError[] = []
  const value: Record<string, unknown> = {}
  for (const [key, given] of Object.entries(raw)) {
    const param = Object.hasOwn(spec, key) ? spec[key]! : undefined
    if (!param) errors.push({ field: key.slice(0, 80), message: '没有这个参数' })
    else if (typeof given !== 'string') errors.push({ field: key, message: `${param.label}只能给一次` })
    else {
      const parsed = parseOne(param, given)
      if (parsed === undefined) errors.push({ field: key, message: `${param.label}的值无效` })
      else value[key] = parsed
    }
    if (errors.length >= 50) break
  }
  for (const [key, param] of Object.entries(spec))
    if (param.required && !Object.hasOwn(raw, key)) errors.push({ field: key, message: `缺少${param.label}` })
  return errors.length > 0 ? ({ ok: false, errors } as const) : ({ ok: true, value: value as QueryOf<S> } as const)
}

const FILTER_ITEMS = 100
const rangeOf = (field: Field): QueryKind | null => {
  switch (field.kind) {
    case 'integer':
    case 'quantity':
    case 'money':
    case 'rate':
      return { as: 'integer', min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }
    case 'day':
      return { as: 'day' }
    case 'instant':
      return { as: 'instant' }
    default:
      return null
  }
}
const exactOf = (field: Field): QueryKind => {
  switch (field.kind) {
    case 'ref':
      return { as: 'ids', max: FILTER_ITEMS, none: true }
    case 'option':
      return { as: 'words', max: FILTER_ITEMS, values: Object.keys(field.options) }
    case 'dict':
      return { as: 'words', max: FILTER_ITEMS }
    case 'flag':
      return { as: 'flag' }
    default:
      return rangeOf(field) ?? { as: 'text', max: 200 }
  }
}

/** What follows from an entity alone is worked out once: every list asks for it. */
function perEntity<T>(make: (entity: Entity) => T): (entity: Entity) => T {
  const made = new WeakMap<Entity, T>()
  return (entity) => {
    const known = made.get(entity) ?? make(entity)
    made.set(entity, known)
    return known
  }
}

/** Fields a list may be filtered by: declared so, and never a masked one (a filter would leak it bit by bit). */
export const filterable = perEntity((entity): readonly (readonly [string, Field])[] =>
  Object.entries(entity.fields).filter(([, f]) => f.filter && !f.mask),
)
/** What `totals=1` adds up over everything that passes the filters: amounts. */
export const summed = perEntity((entity): readonly (readonly [string, Field])[] =>
  Object.entries(entity.fields).filter(([, f]) => f.kind === 'money'),
)
/** Sort names and the column behind each. */
export const sortable = perEntity((entity): Readonly<Record<string, string>> => {
  const own = Object.entries(entity.fields).filter(([, f]) => f.sort && !f.mask && !isMany(f))
  return {
    id: 'id',
    createdAt: 'createdAt',
    updatedAt: 'updatedAt',
    ...Object.fromEntries(own.map(([key, f]) => [key, f.sort === true ? key : (f.sort as string)])),
  }
})

export const LIST_PARAMS = {
  page: { as: 'integer', min: 1, max: 10_000, label: '页码' },
  size: { as: 'integer', min: 1, max: 200, label: '每页行数' },
  sort: { as: 'text', max: 200, label: '排序' },
  q: { as: 'text', max: 100, label: '搜索' },
  fields: { as: 'words', max: 100, label: '字段' },
  cursor: { as: 'text', max: 2_000, label: '游标' },
  count: { as: 'oneOf', values: ['exact'], label: '计数方式' },
  filter: { as: 'text', max: 8_000, label: '筛选' },
  deleted: { as: 'oneOf', values: ['only'], label: '回收站' },
} as const satisfies QuerySpec
export type ListQuery = QueryOf<typeof LIST_PARAMS> & { readonly [field: string]: unknown }

/** The query of an entity's list: paging, and per filterable field `x=`, and `xFrom=`/`xTo=` where the field has an order. */
export function listSpec(entity: Entity): QuerySpec {
  const spec: Record<string, QueryParam> = { ...LIST_PARAMS }
  if (summed(entity).length > 0) spec['totals'] = { as: 'flag', label: '合计' }
  const timed: [string, Field][] = [
    ['createdAt', { kind: 'instant', label: '创建时间' }],
    ['updatedAt', { kind: 'instant', label: '更新时间' }],
  ]
  for (const [key, field] of [...filterable(entity), ...timed]) {
    spec[key] = { ...exactOf(field), label: field.label }
    const range = rangeOf(field)
    if (range) {
      spec[`${key}From`] = { ...range, label: `${field.label}(起)` }
      spec[`${key}To`] = { ...range, label: `${field.label}(止)` }
    }
  }
  return spec
}
