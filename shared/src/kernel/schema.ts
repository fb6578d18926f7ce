import { type Field, isMany, nameBeside } from './field.ts'
import type { Entity } from './entity.ts'
import { MAX_FEN } from '../money.ts'

/** JSON Schema 2020-12, as OpenAPI 3.1 speaks it. */
export type JsonSchema = { readonly [key: string]: unknown }
export type Shape = Readonly<Record<string, Node>>
/** What a body, query or reply may hold besides fields. */
export type Node = Field | List | Group | Table
export interface List {
  readonly kind: 'list'
  readonly label: string
  readonly of: Node
  readonly max: number
  readonly min?: number
  readonly optional?: true
}
export interface Group {
  readonly kind: 'group'
  readonly label: string
  readonly of: Shape
  readonly optional?: true
}
/** Free keys, one kind of value. */
export interface Table {
  readonly kind: 'table'
  readonly label: string
  readonly of: Node
  readonly max: number
  readonly optional?: true
}
export const list = <const N extends Node, const F extends Omit<List, 'kind' | 'of'>>(of: N, facts: F) =>
  ({ kind: 'list', of, ...facts }) as const
export const group = <const S extends Shape, const F extends Omit<Group, 'kind' | 'of'>>(of: S, facts: F) =>
  ({ kind: 'group', of, ...facts }) as const
export const table = <const N extends Node, const F extends Omit<Table, 'kind' | 'of'>>(of: N, facts: F) =>
  ({ kind: 'table', of, ...facts }) as const

export const DAY_PATTERN = '^\\d{4}-\\d{2}-\\d{2}$'
export const INSTANT_PATTERN = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$'

function bare(node: Node): JsonSchema {
  switch (node.kind) {
    case 'text':
    case 'longText':
      return {
        type: 'string',
        maxLength: node.max,
        ...(node.optional ? {} : { minLength: Math.max(1, node.min ?? 1) }),
        ...(node.format ? { format: node.format } : {}),
      }
    case 'money':
    case 'integer':
    case 'quantity':
    case 'rate':
      return { type: 'integer', minimum: node.min ?? -MAX_FEN, maximum: node.max ?? MAX_FEN }
    case 'day':
      return { type: 'string', format: 'date', pattern: DAY_PATTERN }
    case 'instant':
      return { type: 'string', format: 'date-time', pattern: INSTANT_PATTERN }
    case 'flag':
      return { type: 'boolean' }
    case 'option':
      return { type: 'string', enum: Object.keys(node.options) }
    case 'dict':
      return { type: 'string', pattern: '^[\\w-]{1,40}$', 'x-dictionary': node.dictionary }
    case 'ref':
      return { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, 'x-ref': node.to }
    case 'list':
      return {
        type: 'array',
        items: schemaOf(node.of),
        maxItems: node.max,
        ...(node.min ? { minItems: node.min } : {}),
      }
    case 'group':
      return objectSchema(node.of)
    case 'table':
      return { type: 'object', additionalProperties: schemaOf(node.of), maxProperties: node.max }
    default: {
      const never: never = node
      throw new Error(`unknown kind ${JSON.stringify(never)}`)
    }
  }
}

/** A type list, not anyOf: one message for a bad value instead of three. */
export function schemaOf(node: Node): JsonSchema {
  const isListed = (node.kind === 'ref' || node.kind === 'option') && isMany(node)
  const own = isListed ? { type: 'array', items: bare(node), maxItems: 200 } : bare(node)
  const described = {
    title: node.label,
    ...own,
    ...('default' in node && node.default !== undefined ? { default: node.default } : {}),
  }
  if (!node.optional || isListed) return described
  const nullable = { ...described, type: [own['type'], 'null'] }
  return 'enum' in own ? { ...nullable, enum: [...(own['enum'] as string[]), null] } : nullable
}

/** Closed: a key that is not declared is refused. */
export function objectSchema(shape: Shape, required = requiredOf(shape)): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(shape).map(([key, node]) => [key, schemaOf(node)])),
    required,
  }
}

export const isRequired = (node: Node): boolean =>
  !node.optional && !('default' in node && node.default !== undefined) && !('many' in node && node.many !== undefined)
export const requiredOf = (shape: Shape): string[] => Object.keys(shape).filter((key) => isRequired(shape[key]!))

const SYSTEM = {
  id: { type: 'integer' },
  version: { type: 'integer' },
  createdAt: { type: 'string', format: 'date-time' },
  updatedAt: { type: 'string', format: 'date-time' },
}

/** A row of the API: the system's fields, the entity's, and a name beside each reference. */
export function rowSchema(entity: Entity): JsonSchema {
  const names = Object.entries(entity.fields)
    .filter(([, field]) => field.kind === 'ref' || (field.kind === 'text' && field.format === 'region'))
    .map(([key, field]) => [
      nameBeside(key),
      isMany(field) ? { type: 'array', items: { type: 'string' } } : { type: ['string', 'null'] },
    ])
  const fields = Object.entries(entity.fields).map(([key, field]) => [key, schemaOf(field)])
  return {
    type: 'object',
    title: entity.label,
    properties: {
      ...SYSTEM,
      deletedAt: { type: 'string', format: 'date-time' },
      ...Object.fromEntries(fields),
      ...Object.fromEntries(names),
    },
    required: Object.keys(SYSTEM),
  }
}
