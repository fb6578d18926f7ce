import { type CreateOf, type Entity, type InputOf, rightTo, type RowOf, type UpdateOf } from './entity.ts'
import type { Field } from './field.ts'
import { listSpec, type ListQuery, type QueryOf, type QuerySpec } from './query.ts'
import { rowSchema, type JsonSchema, type Shape } from './schema.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** null = public; 'signedIn' = any signed-in user; else a permission of permissions.ts. */
export type Permission = string | null

/** One HTTP operation: the constant that binds route, validation, documentation and client. `In` and `Out` exist only for the compiler. */
export interface Endpoint<In = unknown, Out = unknown> {
  readonly method: Method
  readonly path: string
  readonly permission: Permission
  readonly summary: string
  readonly params?: QuerySpec
  readonly query?: QuerySpec
  readonly body?: Shape
  /** PATCH bodies: only what is there is checked. */
  readonly partial?: true
  /** Besides JSON a multipart form is read by the handler itself. */
  readonly upload?: true
  readonly reply: JsonSchema
  readonly status: 200 | 201 | 204
  /** What a 202 says: the work goes on beside the requests. */
  readonly accepted?: JsonSchema
  /** Answers again with the first reply when the same Idempotency-Key comes twice. */
  readonly idempotent?: true
  readonly types?: { readonly in: In; readonly out: Out }
}
/** Any operation, where what goes in and out does not matter. */
export type AnyEndpoint = Endpoint
export type Input<E> = E extends Endpoint<infer I, unknown> ? I : never
export type Output<E> = E extends Endpoint<never, infer O> ? O : E extends Endpoint<infer _I, infer O> ? O : never

type NodeValue<N> = N extends { kind: 'list'; of: infer O }
  ? NodeValue<O>[] | Nullable<N>
  : N extends { kind: 'group'; of: infer S }
    ? BodyOf<S> | Nullable<N>
    : N extends { kind: 'table'; of: infer O }
      ? Record<string, NodeValue<O>> | Nullable<N>
      : N extends Field
        ? InputOf<{ value: N }> extends { value: infer V }
          ? V
          : Exclude<InputOf<{ value: N }> extends { value?: infer V } ? V : never, undefined>
        : never
type Nullable<N> = N extends { optional: true } ? null : never
type Optional<S> = {
  [K in keyof S]: S[K] extends { optional: true } | { default: unknown } | { many: unknown } ? K : never
}[keyof S]
type Flat<T> = { [K in keyof T]: T[K] } & {}
/** What a client sends for a body shape. */
export type BodyOf<S> = Flat<
  { [K in Exclude<keyof S, Optional<S>>]: NodeValue<S[K]> } & {
    [K in Optional<S> & keyof S]?: NodeValue<S[K]> | undefined
  }
>

interface Parts<P, Q, B> {
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly status?: 200 | 201 | 204
  readonly idempotent?: true
  readonly partial?: true
  readonly upload?: true
  readonly reply?: JsonSchema
}
type Present<P, Q, B> = Flat<
  (P extends QuerySpec ? { params: QueryOf<P> } : unknown) &
    (Q extends QuerySpec ? { query: QueryOf<Q> } : unknown) &
    (B extends Shape ? { body: BodyOf<B> } : unknown)
>
const ANY: JsonSchema = { type: 'object' }

/**
 * Declares a named operation: `endpoint<Reply>()('POST', '/api/customers/:id/transfer', 'customer.transfer', { … })`.
 * Two calls because TypeScript infers either all type arguments or none.
 */
export const endpoint =
  <Out>() =>
  <
    const P extends QuerySpec | undefined = undefined,
    const Q extends QuerySpec | undefined = undefined,
    const B extends Shape | undefined = undefined,
  >(
    method: Method,
    path: string,
    permission: Permission,
    { reply = ANY, status = 200, ...parts }: Parts<P, Q, B>,
  ): Endpoint<Present<P, Q, B>, Out> =>
    ({ method, path, permission, reply, status, ...parts }) as unknown as Endpoint<Present<P, Q, B>, Out>

export interface Page<T> {
  readonly items: T[]
  /** Capped at 10,000 unless `count=exact`. */
  readonly total: number
  readonly totalCapped: boolean
  readonly nextCursor: string | null
  /** With `totals=1`: the amounts of everything that passes the filters, by field; never capped, null where hidden. */
  readonly totals?: Readonly<Record<string, number | null>>
}
export const ID_PARAM = { id: { as: 'id', label: '编号', required: true } } as const satisfies QuerySpec
const VERSION_PARAM = {
  version: { as: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER, label: '版本', required: true },
} as const satisfies QuerySpec
/** What a change of a part must say nevertheless: which version it is about, where there are versions. */
export const alwaysSaid = (body: Shape): string[] => ('version' in body ? ['version'] : [])
export const VERSION_FIELD = {
  kind: 'integer',
  label: '版本',
  min: 1,
  max: Number.MAX_SAFE_INTEGER,
} as const satisfies Field

export interface Crud<E extends Entity> {
  readonly list: Endpoint<{ query: ListQuery }, Page<RowOf<E>>>
  readonly get: Endpoint<{ params: { id: number } }, RowOf<E>>
  readonly create: Endpoint<{ body: CreateOf<E> }, RowOf<E>>
  readonly update: Endpoint<{ params: { id: number }; body: UpdateOf<E> }, RowOf<E>>
  readonly remove: Endpoint<{ params: { id: number }; query: { version: number } }, null>
  readonly restore: Endpoint<{ params: { id: number } }, RowOf<E>>
}

/** The fields a body may set. */
export const writableFields = (entity: Entity): Readonly<Record<string, Field>> =>
  Object.fromEntries(Object.entries(entity.fields).filter(([, field]) => !field.readonly))

export const pageSchema = (items: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: {
    items: { type: 'array', items },
    total: { type: 'integer' },
    totalCapped: { type: 'boolean' },
    nextCursor: { type: ['string', 'null'] },
    totals: { type: 'object', additionalProperties: { type: ['integer', 'null'] } },
  },
  required: ['items', 'total', 'totalCapped', 'nextCursor'],
})

interface CrudFacts {
  /** Body fields that are no columns: a password, an override reason, first contacts. */
  readonly create?: Shape
  readonly update?: Shape
  /** List parameters that are no fields. */
  readonly query?: QuerySpec
  /** Where reading or writing is not `<entity>.read` … but something else. */
  readonly permission?: { readonly read?: Permission; readonly write?: Permission }
}

/** The verbs an entity may offer; a contract names the ones it does. */
export function crudEndpoints<E extends Entity>(
  entity: E,
  { create = {}, update = {}, query = {}, permission = {} }: CrudFacts = {},
): Crud<E> {
  const base = `/api/${entity.path}`
  const one = `${base}/:id`
  const row = rowSchema(entity)
  const fields: Shape = writableFields(entity)
  const said = entity.label
  const may = (verb: string) => permission.write ?? rightTo(entity, verb)
  const read = permission.read ?? rightTo(entity, 'read')
  return {
    list: {
      method: 'GET',
      path: base,
      permission: read,
      summary: `${said}列表`,
      query: { ...listSpec(entity), ...query },
      reply: pageSchema(row),
      status: 200,
    },
    get: {
      method: 'GET',
      path: one,
      permission: read,
      summary: `查看${said}`,
      params: ID_PARAM,
      reply: row,
      status: 200,
    },
    create: {
      method: 'POST',
      path: base,
      permission: may('create'),
      summary: `新建${said}`,
      body: { ...fields, ...create },
      reply: row,
      status: 201,
      idempotent: true,
    },
    update: {
      method: 'PATCH',
      path: one,
      permission: may('update'),
      summary: `修改${said}`,
      params: ID_PARAM,
      body: { version: VERSION_FIELD, ...fields, ...update },
      partial: true,
      reply: row,
      status: 200,
    },
    remove: {
      method: 'DELETE',
      path: one,
      permission: may('delete'),
      summary: `删除${said}`,
      params: ID_PARAM,
      query: VERSION_PARAM,
      reply: {},
      status: 204,
    },
    restore: {
      method: 'POST',
      path: `${one}/restore`,
      permission: may('delete'),
      summary: `恢复${said}`,
      params: ID_PARAM,
      reply: row,
      status: 200,
    },
  }
}
