/**
 * Facts about one field: plain data, safe in the browser. A field holds no behaviour;
 * whoever needs a callback here needs code in a module instead.
 */
export interface Facts {
  readonly label: string
  /** May be null and may be left out of a create. */
  readonly optional?: true
  /** Set by the server only; refused in a body. */
  readonly readonly?: true
  readonly filter?: true
  /** Sortable; a string names the column that carries the order (names sort by their pinyin). */
  readonly sort?: true | string
  /** `phone`: read with the permission `phone.read`, shown masked otherwise. `cost`: read and written with `product.cost`, empty otherwise. Never a filter, never a sort. */
  readonly mask?: 'phone' | 'cost'
  /** Other column headings under which spreadsheets carry this field. */
  readonly aliases?: readonly string[]
  /** Never a column of an import (it has its own verb or is for administrators). */
  readonly noImport?: true
  readonly help?: string
}

/** A checked and cleaned form of a text; `formats.ts` says what each one accepts. */
export type TextFormat = 'phone' | 'email' | 'website' | 'creditCode' | 'region' | 'color'

/** Where a many-reference keeps its pairs. */
export interface LinkTable {
  readonly table: string
  readonly parent: string
  readonly child: string
}

type TextFacts = Facts & {
  readonly max: number
  readonly min?: number
  readonly format?: TextFormat
  readonly default?: string
}
type NumberFacts = Facts & { readonly min?: number; readonly max?: number; readonly default?: number }

export type Field =
  | ({ readonly kind: 'text' } & TextFacts)
  | ({ readonly kind: 'longText' } & TextFacts)
  | ({ readonly kind: 'integer' } & NumberFacts)
  /** Thousandths. */
  | ({ readonly kind: 'quantity' } & NumberFacts)
  /** 分. */
  | ({ readonly kind: 'money' } & NumberFacts)
  /** Basis points. */
  | ({ readonly kind: 'rate' } & NumberFacts)
  | ({ readonly kind: 'day' } & Facts)
  | ({ readonly kind: 'instant' } & Facts)
  | ({ readonly kind: 'flag'; readonly default?: boolean } & Facts)
  | ({
      readonly kind: 'option'
      readonly options: Readonly<Record<string, string>>
      readonly default?: string
      readonly many?: true
    } & Facts)
  | ({ readonly kind: 'dict'; readonly dictionary: string; readonly default?: string } & Facts)
  | ({ readonly kind: 'ref'; readonly to: string; readonly many?: LinkTable } & Facts)

export type FieldKind = Field['kind']

export const text = <const F extends TextFacts>(facts: F) => ({ kind: 'text', ...facts }) as const
export const longText = <const F extends TextFacts>(facts: F) => ({ kind: 'longText', ...facts }) as const
export const integer = <const F extends NumberFacts>(facts: F) => ({ kind: 'integer', ...facts }) as const
export const quantity = <const F extends NumberFacts>(facts: F) => ({ kind: 'quantity', ...facts }) as const
export const money = <const F extends NumberFacts>(facts: F) => ({ kind: 'money', ...facts }) as const
export const rate = <const F extends NumberFacts>(facts: F) => ({ kind: 'rate', ...facts }) as const
export const day = <const F extends Facts>(facts: F) => ({ kind: 'day', ...facts }) as const
export const instant = <const F extends Facts>(facts: F) => ({ kind: 'instant', ...facts }) as const
export const flag = <const F extends Facts & { readonly default?: boolean }>(facts: F) =>
  ({ kind: 'flag', ...facts }) as const
export const option = <
  const O extends Readonly<Record<string, string>>,
  const F extends Facts & { readonly default?: keyof O & string; readonly many?: true },
>(
  options: O,
  facts: F,
) => ({ kind: 'option', options, ...facts }) as const
export const dict = <const D extends string, const F extends Facts & { readonly default?: string }>(
  dictionary: D,
  facts: F,
) => ({ kind: 'dict', dictionary, ...facts }) as const
export const ref = <const T extends string, const F extends Facts & { readonly many?: LinkTable }>(to: T, facts: F) =>
  ({ kind: 'ref', to, ...facts }) as const

/** The name that stands beside a reference in a row: ownerId -> ownerName, tagIds -> tagNames. */
export const nameBeside = (key: string): string => key.replace(/(Id|Code)(s?)$/, 'Name$2')
export const isMany = (field: Field): boolean => 'many' in field && field.many !== undefined
/** References of many live in their own table; everything else is a column of the entity's table. */
export const isColumn = (field: Field): boolean => !(field.kind === 'ref' && field.many !== undefined)
