import { dayOf, parseDay } from '@crm/shared/days'
import type { Fen } from '@crm/shared/money'
import { documentTotals, lineAmount, type Priced } from '@crm/shared/rules/lines'
import { typedDay } from '../../core/display/display'
import { type NumberKind, typedNumber } from '../../core/form/typedNumbers'

/** A number that could not be read stays the text that was typed. */
type Typed = number | string | null
/** A line of a document while it is written: what `lines` of its body holds. */
export interface LineValue {
  productId: number | null
  name: string | null
  spec: string | null
  unit: string | null
  qtyMilli: Typed
  priceFen: Typed
  discountBp: Typed
  taxRateBp: Typed
  promisedOn: string | null
  notes: string | null
}
export const NO_TAX_SAID_BP = 1_300
export const blankLine = (): LineValue => ({
  productId: null,
  name: null,
  spec: null,
  unit: null,
  qtyMilli: null,
  priceFen: null,
  discountBp: 0,
  taxRateBp: NO_TAX_SAID_BP,
  promisedOn: null,
  notes: null,
})
const KEYS = Object.keys(blankLine()) as (keyof LineValue)[]
/** A stored line as one that is written again. */
export const asLineValue = (row: object): LineValue =>
  Object.fromEntries(KEYS.map((key) => [key, (row as Record<string, unknown>)[key] ?? null])) as unknown as LineValue
export const isBlankLine = (line: LineValue): boolean =>
  !line.productId && !line.name && line.qtyMilli === null && line.priceFen === null

/** The columns, in the order they are typed, pasted and printed. */
export const lineCells = [
  { key: 'name', label: '产品', kind: 'name' },
  { key: 'spec', label: '规格型号', kind: 'text' },
  { key: 'unit', label: '单位', kind: 'text' },
  { key: 'qtyMilli', label: '数量', kind: 'quantity' },
  { key: 'priceFen', label: '单价(元)', kind: 'money' },
  { key: 'discountBp', label: '优惠%', kind: 'rate' },
  { key: 'taxRateBp', label: '税率%', kind: 'rate' },
  { key: 'promisedOn', label: '交货期', kind: 'day' },
] as const satisfies readonly {
  readonly key: keyof LineValue
  readonly label: string
  readonly kind: NumberKind | 'name' | 'text' | 'day'
}[]
export type LineCell = (typeof lineCells)[number]

/** What was typed into a cell, as its line keeps it. */
export function typedCell(kind: LineCell['kind'], raw: string, zone: string): Typed {
  const text = raw.trim()
  if (kind === 'name' || kind === 'text') return text || null
  if (kind === 'day') return (text && typedDay(text, dayOf(new Date().toISOString(), zone), parseDay)) || text || null
  return typedNumber(kind, kind === 'rate' ? text.replace(/[%%]$/, '') : text)
}

/** Rows and cells as a spreadsheet puts them on the clipboard; null where it is a plain word for one cell. */
export function pastedRows(text: string): string[][] | null {
  const rows = text
    .replace(/\r\n?/g, '\n')
    .replace(/\n+$/, '')
    .split('\n')
    .map((row) => row.split('\t'))
  return rows.length > 1 || rows[0]!.length > 1 ? rows : null
}

const isRead = (line: LineValue): boolean =>
  [line.qtyMilli, line.priceFen].every((value) => typeof value === 'number') &&
  [line.discountBp, line.taxRateBp].every((value) => typeof value === 'number' || value === null)
const priced = (line: LineValue): Priced => ({
  qtyMilli: line.qtyMilli as number,
  priceFen: line.priceFen as number,
  discountBp: (line.discountBp as number | null) ?? 0,
  taxRateBp: (line.taxRateBp as number | null) ?? NO_TAX_SAID_BP,
})
function orNull<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

/** Quantity x price less the line's discount; null while the line is not whole. */
export const lineGross = (line: LineValue): Fen | null => (isRead(line) ? orNull(() => lineAmount(priced(line))) : null)

export interface LiveTotals {
  /** Of the lines that are whole; null where they are too large, or the discount is more than they come to. */
  readonly amountFen: Fen | null
  readonly taxFen: Fen | null
  readonly grossFen: Fen | null
}
export function liveTotals(lines: readonly LineValue[], discountFen: unknown): LiveTotals {
  const whole = lines.filter(isRead).map(priced)
  const grossFen = orNull(() => documentTotals(whole).amountFen)
  const totals = orNull(() => documentTotals(whole, typeof discountFen === 'number' ? discountFen : 0))
  return { grossFen, amountFen: totals?.amountFen ?? null, taxFen: totals?.taxFen ?? null }
}

/** What a grid asks of products, handed in by the page: this folder knows no module. */
export interface LineChoice {
  readonly productId: number
  readonly name: string
  readonly number: string | null
  readonly spec: string | null
  readonly unit: string | null
  readonly priceFen: Fen
  readonly taxRateBp: number
}
export interface PricedItem {
  readonly productId: number
  readonly qtyMilli: number
}
export interface LineSource {
  readonly search: (text: string) => Promise<readonly LineChoice[]>
  /** What these cost whom the document is for, all asked at once and answered as a single case; null = what the choice says. */
  readonly pricesOf?: (items: readonly PricedItem[]) => Promise<readonly (readonly (Fen | null)[])[]>
}

/** A column that one kind of document adds to its lines when they are read: 已交, 未交. */
export interface MoreColumn {
  readonly label: string
  readonly text: (line: never) => string
  readonly tone?: (line: never) => 'bad' | undefined
}
