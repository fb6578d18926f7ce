import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import { sortable } from '@crm/shared/kernel/query'
import { inDirection } from '../../db/dialect.ts'
import { invalidField } from '../problem.ts'
import type { Raw } from './rows.ts'

/** One column of a list's order. */
export interface Order {
  readonly column: string
  readonly direction: 'asc' | 'desc'
  readonly nullable: boolean
  /** In place of the column. */
  readonly by?: Expression<unknown>
}

/** `sort=-updatedAt,name` by allow-list; the id makes the order total. */
export function orderOf(
  entity: Entity,
  sort: string,
  sorts: Readonly<Record<string, Expression<unknown>>> = {},
): Order[] {
  const known = sortable(entity)
  const orders = sort.split(',').map((part): Order => {
    const name = part.replace(/^-/, '')
    const direction = part.startsWith('-') ? 'desc' : 'asc'
    const by = Object.hasOwn(sorts, name) ? sorts[name] : undefined
    if (by) return { column: name, direction, nullable: false, by }
    if (!Object.hasOwn(known, name)) throw invalidField('sort', `不能按“${name.slice(0, 40)}”排序`)
    return {
      column: known[name]!,
      direction,
      nullable: entity.fields[name]?.optional === true,
    }
  })
  if (orders.length > 3) throw invalidField('sort', '最多按三列排序')
  return orders.some((o) => o.column === 'id')
    ? orders
    : [...orders, { column: 'id', direction: orders.at(-1)!.direction, nullable: false }]
}

const refOf = (entity: Entity, { by, column }: Order) => (by ? sql`${by}` : sql.ref(`${entity.table}.${column}`))

export const orderSql = (entity: Entity, order: Order): RawBuilder<unknown> => {
  const ref = refOf(entity, order)
  if (order.nullable) return inDirection(ref, order.direction)
  return order.direction === 'asc' ? sql`${ref} asc` : sql`${ref} desc`
}

/** What the last row of a page says of the order is called so where no column does. */
const nameOf = ({ by, column }: Order) => (by ? `#${column}` : column)
/** To be read of each row, for the cursor behind the last. */
export const sortedBy = (orders: readonly Order[]): readonly RawBuilder<unknown>[] =>
  orders.flatMap((order) => (order.by ? [sql`${order.by} as ${sql.ref(nameOf(order))}`] : []))

const CURSOR = /^[\w-]{1,2000}$/
const wrongCursor = () => invalidField('cursor', '游标无效')
const COUNTED: ReadonlySet<string> = new Set(['integer', 'quantity', 'money', 'rate', 'ref', 'flag'])
/** PostgreSQL compares a number with numbers only, and knows no NUL. */
function fits(entity: Entity, { by, column, nullable }: Order, value: unknown): boolean {
  if (value === null) return nullable
  if (by || column === 'id' || COUNTED.has(entity.fields[column]?.kind ?? '')) return Number.isSafeInteger(value)
  return typeof value === 'string' && !value.includes('\0')
}

/** A cursor carries its sort: used with another one it is refused. */
export const cursorOf = (sort: string, orders: readonly Order[], last: Raw): string =>
  Buffer.from(JSON.stringify([sort, ...orders.map((order) => last[nameOf(order)] ?? null)])).toString('base64url')

/** What stands behind the row the cursor was made of. */
export function afterCursor(
  entity: Entity,
  sort: string,
  orders: readonly Order[],
  cursor: string,
): Expression<SqlBool> {
  if (!CURSOR.test(cursor)) throw wrongCursor()
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw wrongCursor()
  }
  if (!Array.isArray(parts) || parts.length !== orders.length + 1) throw wrongCursor()
  const [of, ...values] = parts as unknown[]
  if (of !== sort || !orders.every((order, at) => fits(entity, order, values[at]))) throw wrongCursor()
  const places = orders.map((order, at) => ({ order, ref: refOf(entity, order), value: values[at] as Value }))
  const [first, second] = places
  // Of one column and the id an index says both at once.
  if (second && places.length === 2 && !first!.order.nullable && first!.order.direction === second.order.direction) {
    const [row, at] = [sql`(${first!.ref}, ${second.ref})`, sql`(${first!.value}, ${second.value})`]
    return first!.order.direction === 'asc' ? sql<SqlBool>`${row} > ${at}` : sql<SqlBool>`${row} < ${at}`
  }
  return behind(places)
}

type Value = string | number | null
interface Place {
  readonly order: Order
  readonly ref: RawBuilder<unknown>
  readonly value: Value
}
/** Column by column; what is empty comes first upwards and last downwards, as `inDirection` says. */
function behind([first, ...rest]: readonly Place[]): Expression<SqlBool> {
  if (!first) return sql<SqlBool>`1 = 0`
  const { order, ref, value } = first
  const beyond =
    order.direction === 'asc'
      ? value === null
        ? sql<SqlBool>`${ref} is not null`
        : sql<SqlBool>`${ref} > ${value}`
      : value === null
        ? sql<SqlBool>`1 = 0`
        : order.nullable
          ? sql<SqlBool>`(${ref} < ${value} or ${ref} is null)`
          : sql<SqlBool>`${ref} < ${value}`
  if (rest.length === 0) return beyond
  const same = value === null ? sql<SqlBool>`${ref} is null` : sql<SqlBool>`${ref} = ${value}`
  return sql<SqlBool>`(${beyond} or (${same} and ${behind(rest)}))`
}
