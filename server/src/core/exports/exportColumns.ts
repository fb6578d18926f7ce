import { dayOf } from '@crm/shared/days'
import type { Entity } from '@crm/shared/kernel/entity'
import { type Field, nameBeside } from '@crm/shared/kernel/field'
import { timeOf } from '@crm/shared/rules/zoned'
import type { Actor } from '../access/actor.ts'
import { hiddenCosts } from '../access/mask.ts'
import type { Raw } from '../rows/rows.ts'
import type { WriteColumn } from './writeTarget.ts'

export type Cell = string | number | null
/** `key` is what `fields=` calls it. Money is 分 here, the writer makes 元 of it. */
export interface ExportColumn<Item> extends WriteColumn {
  readonly key: string
  readonly cell: (item: Item) => Cell
  /** Only in files that ask for it by name. */
  readonly isAsked?: true
}
export interface Words {
  /** What an item of a dictionary is called; its code when it has no name any more. */
  readonly label: (dictionary: string, code: string) => string
  readonly zone: string
}

const WIDE = 40
const NAME = 24
const text = (value: unknown): Cell => (typeof value === 'string' && value !== '' ? value : null)
const number = (value: unknown): Cell => (typeof value === 'number' ? value : null)

type Shown = Pick<ExportColumn<Raw>, 'kind' | 'cell' | 'width'>
/** A field as a person reads it, and as an import reads it back. */
function shown(key: string, field: Field, { label, zone }: Words): Shown {
  const of = (row: Raw) => row[key]
  switch (field.kind) {
    case 'text':
      return field.format === 'region'
        ? { kind: 'text', width: NAME, cell: (row) => text(row[nameBeside(key)]) }
        : { kind: 'text', cell: (row) => text(of(row)), ...(field.max > 60 && { width: NAME }) }
    case 'longText':
      return { kind: 'text', width: WIDE, cell: (row) => text(of(row)) }
    case 'integer':
      return { kind: 'number', cell: (row) => number(of(row)) }
    case 'quantity':
      return { kind: 'number', cell: (row) => (typeof of(row) === 'number' ? (of(row) as number) / 1_000 : null) }
    case 'money':
      return { kind: 'money', cell: (row) => number(of(row)) }
    case 'rate':
      return { kind: 'text', cell: (row) => (typeof of(row) === 'number' ? `${(of(row) as number) / 100}%` : null) }
    case 'day':
      return { kind: 'day', cell: (row) => text(of(row)) }
    case 'instant':
      return {
        kind: 'text',
        width: NAME,
        cell(row) {
          const at = text(of(row)) as string | null
          return at && `${dayOf(at, zone)} ${timeOf(at, zone)}`
        },
      }
    case 'flag':
      return { kind: 'text', cell: (row) => (of(row) === null || of(row) === undefined ? null : of(row) ? '是' : '否') }
    case 'option':
      return {
        kind: 'text',
        cell: (row) =>
          [of(row)]
            .flat()
            .flatMap((code) => (typeof code === 'string' ? (field.options[code] ?? code) : []))
            .join('、') || null,
      }
    case 'dict':
      return {
        kind: 'text',
        cell: (row) => (typeof of(row) === 'string' ? label(field.dictionary, of(row) as string) : null),
      }
    case 'ref':
      return {
        kind: 'text',
        width: NAME,
        cell: (row) => {
          const names = row[nameBeside(key)]
          return Array.isArray(names) ? names.join('、') || null : text(names)
        },
      }
    default: {
      const never: never = field
      throw new Error(`unknown kind ${JSON.stringify(never)}`)
    }
  }
}

const TIMES: Readonly<Record<string, Field>> = {
  createdAt: { kind: 'instant', label: '创建时间' },
  updatedAt: { kind: 'instant', label: '更新时间' },
}
/** The fields of an entity under their own names (an import knows them again); without costs for whoever may not know them. */
export function fieldColumns(
  entity: Entity,
  keys: readonly string[],
  actor: Actor,
  words: Words,
): readonly ExportColumn<Raw>[] {
  const hidden = hiddenCosts(actor, entity)
  return keys.flatMap((key) => {
    const field = entity.fields[key] ?? TIMES[key]
    if (!field) throw new Error(`${entity.name} has no field ${key}`)
    return hidden.includes(key) ? [] : [{ key, header: field.label, ...shown(key, field, words) }]
  })
}
/** What a list shows beside the fields. */
export const moneyColumn = (key: string, header: string): ExportColumn<Raw> => ({
  key,
  header,
  kind: 'money',
  cell: (row) => number(row[key]),
})

/** Columns that only those files have that ask for them. */
export const asked = <Item>(columns: readonly ExportColumn<Item>[]): readonly ExportColumn<Item>[] =>
  columns.map((column) => ({ ...column, isAsked: true }))

/** Columns of one half of what a line of the file shows. */
export const within = <Part extends string>(
  part: Part,
  columns: readonly ExportColumn<Raw>[],
): readonly ExportColumn<{ readonly [P in Part]: Raw }>[] =>
  columns.map(({ cell, ...column }) => ({ ...column, cell: (item) => cell(item[part]) }))
