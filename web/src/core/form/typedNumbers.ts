import type { Field } from '@crm/shared/kernel/field'
import { formatYuan, parseYuan } from '@crm/shared/money'
import { toHalfWidth } from '@crm/shared/text'

export type NumberKind = Extract<Field['kind'], 'money' | 'integer' | 'quantity' | 'rate'>
const SCALE_DIGITS = { integer: 0, rate: 2, quantity: 3 } as const

/** A number as people write it: 元 of 分, 1.5 of 1500 thousandths, 13 of 1300 basis points. */
export function numberText(kind: NumberKind, value: number): string {
  if (kind === 'money') return formatYuan(value)
  return String(value / 10 ** SCALE_DIGITS[kind])
}

/** What was typed as the number it means; null of nothing, and the text itself where it cannot be read. */
export function typedNumber(kind: NumberKind, raw: string): number | string | null {
  const typed = toHalfWidth(raw).trim().replaceAll(',', '')
  if (typed === '') return null
  if (kind === 'money') return parseYuan(raw) ?? raw
  const digits = SCALE_DIGITS[kind]
  const match = new RegExp(`^(-?\\d{1,12})(?:\\.(\\d{1,${Math.max(1, digits)}}))?$`).exec(typed)
  if (!match || (digits === 0 && match[2] !== undefined)) return raw
  return Number(match[1]! + (match[2] ?? '').padEnd(digits, '0'))
}
