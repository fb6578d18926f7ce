import { parseDay } from '@crm/shared/days'
import type { Field } from '@crm/shared/kernel/field'
import { parseYuan } from '@crm/shared/money'
import { toHalfWidth } from '@crm/shared/text'
import { headerKey } from './table/header.ts'

/** Signs that stand for nothing in a column that may be empty. */
const NOTHING = new Set(['-', '--', '—', '——', '/', '\\', '无', '暂无', '空', 'n/a', 'null'])
export const isNothing = (text: string): boolean =>
  NOTHING.has(text.normalize('NFKC').toLowerCase()) || NOTHING.has(text)

const YES = new Set(['是', 'y', 'yes', '1', 'true', '对', '√', '✓'])
const NO = new Set(['否', 'n', 'no', '0', 'false', '不是', '×', '✗'])
const ONE_PERCENT_BP = 100
const TIME_OF_DAY = /[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$/

export type Reading = { readonly value: unknown } | { readonly problem: string }
const problem = (text: string): Reading => ({ problem: text })
const quoted = (text: string) => `“${[...text].slice(0, 30).join('')}”`

/** An exact decimal as an integer of `places` digits behind the point; null when it is finer, or no number. */
function scaled(text: string, places: number): number | null {
  const match = /^([-+]?)(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d+))?$/.exec(toHalfWidth(text).trim())
  if (!match) return null
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  if (fraction.length > places) return null
  const value = Number(match[2]!.replaceAll(',', '') + fraction.padEnd(places, '0'))
  if (!Number.isSafeInteger(value)) return null
  return match[1] === '-' ? 0 - value : value
}

/** A cell's text as the field holds it, for the kinds that need no look-up. The field's own check follows. */
export function cellValue(field: Field, text: string): Reading {
  switch (field.kind) {
    case 'text':
      // A line break inside an Excel cell is a blank to whoever reads it on one line.
      return { value: text.replace(/[\r\n\t]+/g, ' ') }
    case 'longText':
    case 'instant':
      return { value: text }
    case 'integer':
      return number(scaled(text, 0), `${field.label}应为整数,而不是${quoted(text)}`)
    case 'quantity':
      return number(scaled(text, 3), `${field.label}应为最多三位小数的数字,而不是${quoted(text)}`)
    case 'rate': {
      const bp = scaled(text.replace(/[%％]$/, ''), 2)
      // 0.13 of a tax rate means 13 % to whoever typed it, and 0.13 % to whoever reads it as it stands.
      const isShare = bp !== null && bp !== 0 && Math.abs(bp) < ONE_PERCENT_BP && !/[%％]$/.test(text)
      return number(isShare ? null : bp, `${field.label}应为百分数,例如 13%,而不是${quoted(text)}`)
    }
    case 'money':
      return number(parseYuan(text), `${field.label}应为金额(元,最多两位小数),而不是${quoted(text)}`)
    case 'day': {
      const day = parseDay(text.replace(TIME_OF_DAY, ''))
      return day === null ? problem(`${field.label}应为日期,例如 2026-01-31,而不是${quoted(text)}`) : { value: day }
    }
    case 'flag': {
      const key = headerKey(text)
      if (YES.has(key)) return { value: true }
      return NO.has(key) ? { value: false } : problem(`${field.label}应为“是”或“否”,而不是${quoted(text)}`)
    }
    case 'option': {
      const key = headerKey(text)
      const code = Object.keys(field.options).find(
        (code) => headerKey(code) === key || headerKey(field.options[code]!) === key,
      )
      return code === undefined
        ? problem(`${field.label}没有${quoted(text)}这一项,只能是:${Object.values(field.options).join('、')}`)
        : { value: code }
    }
    case 'dict':
    case 'ref':
      throw new Error(`${field.label} is looked up, not read`)
    default: {
      const never: never = field
      throw new Error(`unknown kind ${JSON.stringify(never)}`)
    }
  }
}
const number = (value: number | null, otherwise: string): Reading => (value === null ? problem(otherwise) : { value })
