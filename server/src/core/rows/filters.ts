import type { Expression, SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Field } from '@crm/shared/kernel/field'
import { filterable, LIST_PARAMS, type ListQuery, sortable } from '@crm/shared/kernel/query'
import { isDay, isInstant } from '@crm/shared/days'
import { isRegionCode, regionPrefix } from '@crm/shared/regions'
import { sql } from '../../db/sql.ts'
import { containsText, startsWith, unindexed } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { among } from '../../db/among.ts'
import { invalidField } from '../problem.ts'

type Condition = Expression<SqlBool>
const FEW_VALUES: ReadonlySet<Field['kind']> = new Set(['option', 'dict', 'flag'])
const ORDERED: ReadonlySet<Field['kind']> = new Set(['integer', 'quantity', 'money', 'rate', 'day', 'instant'])
const isRegion = (field: Field) => field.kind === 'text' && field.format === 'region'
export const both = (conditions: readonly Condition[], word: 'and' | 'or' = 'and'): Condition =>
  conditions.length === 0
    ? sql<SqlBool>`1 = 1`
    : sql<SqlBool>`(${sql.join([...conditions], word === 'and' ? sql` and ` : sql` or `)})`

const columnOf = (entity: Entity, key: string) => sql.ref(`${entity.table}.${key}`)

function equals(db: Read | Tx, entity: Entity, key: string, field: Field, value: unknown): Condition {
  const column = FEW_VALUES.has(field.kind) ? unindexed(db, columnOf(entity, key)) : columnOf(entity, key)
  if (field.kind === 'ref') {
    const asked = value as readonly (number | 'none')[]
    const ids = asked.filter((id) => id !== 'none')
    if (field.many) {
      const { table, parent, child } = field.many
      const linked = sql`select ${sql.ref(parent)} from ${sql.table(table)}`
      const own = columnOf(entity, 'id')
      return both(
        [
          ...(ids.length > 0 ? [sql<SqlBool>`${own} in (${linked} where ${among(sql.ref(child), ids)})`] : []),
          ...(asked.includes('none') ? [sql<SqlBool>`${own} not in (${linked})`] : []),
        ],
        'or',
      )
    }
    return both(
      [
        ...(ids.length > 0 ? [among(column, ids)] : []),
        ...(asked.includes('none') ? [sql<SqlBool>`${column} is null`] : []),
      ],
      'or',
    )
  }
  if (Array.isArray(value)) return among(column, value as string[])
  if (field.kind === 'flag') return sql<SqlBool>`${column} = ${value ? 1 : 0}`
  if (isRegion(field)) return startsWith(column, regionPrefix(value as string))
  return sql<SqlBool>`${column} = ${value}`
}

const TIMES: Readonly<Record<string, Field>> = {
  createdAt: { kind: 'instant', label: '创建时间' },
  updatedAt: { kind: 'instant', label: '更新时间' },
}

/** The conditions of `field=`, `fieldFrom=`, `fieldTo=` and `filter=`. */
export function filtersOf(db: Read | Tx, entity: Entity, query: ListQuery): Condition[] {
  const found: Condition[] = []
  if (query.filter === undefined && Object.keys(query).every((key) => Object.hasOwn(LIST_PARAMS, key))) return found
  for (const [key, field] of [...filterable(entity), ...Object.entries(TIMES)]) {
    const { [key]: exact, [`${key}From`]: from, [`${key}To`]: to } = query
    if (isRegion(field) && exact !== undefined && !isRegionCode(exact as string))
      throw invalidField(key, `${field.label}应为六位地区代码`)
    if (exact !== undefined) found.push(equals(db, entity, key, field, exact))
    if (from !== undefined) found.push(sql<SqlBool>`${columnOf(entity, key)} >= ${from}`)
    if (to !== undefined) found.push(sql<SqlBool>`${columnOf(entity, key)} <= ${to}`)
  }
  if (query.filter !== undefined) found.push(treeOf(db, entity, query.filter))
  return found
}

/** Of the filters, what an index answers by itself: from-to of a column one may sort by, with the references asked for. Empty without from-to. */
export function spanOf(db: Read | Tx, entity: Entity, query: ListQuery): Condition[] {
  const spans = Object.keys(sortable(entity)).flatMap((key) => {
    const { [`${key}From`]: from, [`${key}To`]: to } = query
    return [
      ...(from === undefined ? [] : [sql<SqlBool>`${columnOf(entity, key)} >= ${from}`]),
      ...(to === undefined ? [] : [sql<SqlBool>`${columnOf(entity, key)} <= ${to}`]),
    ]
  })
  if (spans.length === 0) return []
  const references = filterable(entity).flatMap(([key, field]) =>
    field.kind === 'ref' && !field.many && query[key] !== undefined ? [equals(db, entity, key, field, query[key])] : [],
  )
  return [...spans, ...references]
}

const DEEPEST = 5
const MOST_LEAVES = 50
const refuse = (message: string) => invalidField('filter', `筛选条件无效:${message}`)

/** `filter=`: a JSON tree `{and:[…]}`, `{or:[…]}`, `{field, op, value}` over the filterable fields. */
function treeOf(db: Read | Tx, entity: Entity, text: string): Condition {
  let tree: unknown
  try {
    tree = JSON.parse(text)
  } catch {
    throw refuse('不是 JSON')
  }
  const fields = new Map<string, Field>([...filterable(entity), ...Object.entries(TIMES)])
  let leaves = 0
  const walk = (node: unknown, depth: number): Condition => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) throw refuse('应为对象')
    if (depth > DEEPEST) throw refuse(`嵌套超过 ${DEEPEST} 层`)
    const { and, or, field, op, value, ...rest } = node as Record<string, unknown>
    if (Object.keys(rest).length > 0) throw refuse(`不认识的键 ${Object.keys(rest)[0]}`)
    const children = and ?? or
    if (children !== undefined) {
      const isAlone = Object.keys(node).length === 1
      if (!Array.isArray(children) || children.length === 0 || !isAlone) throw refuse('and/or 应为不空的列表')
      return both(
        children.map((child) => walk(child, depth + 1)),
        and !== undefined ? 'and' : 'or',
      )
    }
    if (++leaves > MOST_LEAVES) throw refuse(`条件超过 ${MOST_LEAVES} 个`)
    const facts = typeof field === 'string' ? fields.get(field) : undefined
    if (!facts) throw refuse(`不能按“${String(field).slice(0, 40)}”筛选`)
    return leaf(db, entity, field as string, facts, op, value)
  }
  return walk(tree, 1)
}

function fits(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case 'flag':
      return typeof value === 'boolean'
    case 'text':
    case 'longText':
    case 'dict':
      if (typeof value !== 'string' || value.length > 200 || value.includes('\0')) return false
      return !isRegion(field) || isRegionCode(value)
    case 'option':
      return typeof value === 'string' && Object.hasOwn(field.options, value)
    case 'day':
      return typeof value === 'string' && isDay(value)
    case 'instant':
      return typeof value === 'string' && isInstant(value)
    default:
      return Number.isSafeInteger(value)
  }
}

function leaf(db: Read | Tx, entity: Entity, key: string, field: Field, op: unknown, value: unknown): Condition {
  const column = columnOf(entity, key)
  const listed = field.kind === 'ref' && field.many !== undefined
  if (op === 'empty' || op === 'notEmpty') {
    const empty = listed ? equals(db, entity, key, field, ['none']) : sql<SqlBool>`${column} is null`
    return op === 'empty' ? empty : sql<SqlBool>`not ${empty}`
  }
  const values = Array.isArray(value) ? value : [value]
  if (values.length === 0 || values.length > 100 || !values.every((v) => fits(field, v)))
    throw refuse(`“${field.label}”的值无效`)
  const isText = field.kind === 'text' || field.kind === 'longText'
  switch (op) {
    case 'eq':
    case 'in':
      return field.kind === 'ref'
        ? equals(db, entity, key, field, values)
        : both(
            values.map((v) => equals(db, entity, key, field, v)),
            'or',
          )
    case 'ne':
      return sql<SqlBool>`(not ${
        field.kind === 'ref'
          ? equals(db, entity, key, field, values)
          : both(
              values.map((v) => equals(db, entity, key, field, v)),
              'or',
            )
      } or ${listed ? sql`1 = 0` : sql`${column} is null`})`
    case 'contains':
      if (isText && typeof value === 'string') return containsText(column, value)
      break
    case 'startsWith':
      if (isText && typeof value === 'string') return startsWith(column, value)
      break
    case 'gte':
    case 'lte':
      if (ORDERED.has(field.kind) && !Array.isArray(value))
        return op === 'gte' ? sql<SqlBool>`${column} >= ${value}` : sql<SqlBool>`${column} <= ${value}`
  }
  throw refuse(`“${field.label}”不支持 ${String(op).slice(0, 20)}`)
}
