import { isDay, isInstant } from '../days.ts'
import { formatYuan, MAX_FEN } from '../money.ts'
import { cleanText, codePoints, hasForbidden } from '../text.ts'
import type { Field, TextFormat } from './field.ts'
import { isMany } from './field.ts'
import { isRequired, type Node, type Shape } from './schema.ts'

export interface FieldError {
  /** Path from the body's root: `name`, `collaborators.0.userId`. */
  readonly field: string
  readonly message: string
}
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldError[] }
/** Cleans a text, or says in Chinese what is wrong with it (without the field's name). */
export type FormatCheck = (
  text: string,
  field: Pick<Field, 'mask'>,
) => { readonly value: string } | { readonly problem: string }
export type Formats = Readonly<Record<TextFormat, FormatCheck>>

/** Enough to mend a form; a body with ten thousand wrong keys must not answer with as many messages. */
const MOST_ERRORS = 50
const MOST_REFS = 200

type Numeric = Extract<Field, { kind: 'integer' | 'quantity' | 'money' | 'rate' }>
const isWhole = ({ kind }: Numeric) => kind === 'integer'
/** A bound as people write it: 元, pieces, percent. */
function said({ kind }: Numeric, bound: number): string {
  switch (kind) {
    case 'integer':
      return String(bound)
    case 'quantity':
      return String(bound / 1_000)
    case 'money':
      return formatYuan(bound).replace(/\.00$/, '')
    case 'rate':
      return `${bound / 100}%`
    default: {
      const never: never = kind
      throw new Error(`unknown kind ${String(never)}`)
    }
  }
}

type Report = (field: string, message: string) => void
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The one validator of bodies, in the browser and on the server: strict (no coercion), closed (unknown keys are refused),
 * every message names its field in Chinese. `partial` checks only what is there (PATCH) and fills no default; `always` must be there nevertheless.
 */
export function checker(formats: Formats) {
  function text(
    node: Extract<Field, { kind: 'text' | 'longText' }>,
    raw: unknown,
    at: string,
    report: Report,
  ): string | null | undefined {
    if (typeof raw !== 'string') return (report(at, `${node.label}应为文字`), undefined)
    // Length first: nothing below may work on ten megabytes. A code point takes at most two units.
    if (raw.length > node.max * 2 + 64) return (report(at, `${node.label}不能超过 ${node.max} 个字`), undefined)
    if (hasForbidden(raw, node.kind === 'longText'))
      return (report(at, `${node.label}含有不能使用的控制字符`), undefined)
    const clean = cleanText(raw)
    if (clean === '') {
      if (node.optional) return null
      return (report(at, `${node.label}不能为空`), undefined)
    }
    if (codePoints(clean) > node.max) return (report(at, `${node.label}不能超过 ${node.max} 个字`), undefined)
    if (node.min !== undefined && codePoints(clean) < node.min)
      return (report(at, `${node.label}不能少于 ${node.min} 个字`), undefined)
    if (!node.format) return clean
    const result = formats[node.format](clean, node)
    if ('problem' in result) return (report(at, `${node.label}${result.problem}`), undefined)
    return result.value
  }

  function number(node: Numeric, raw: unknown, at: string, report: Report) {
    if (typeof raw !== 'number' || !Number.isInteger(raw))
      return (report(at, `${node.label}应为整数${node.kind === 'money' ? '(单位:分)' : ''}`), undefined)
    const min = node.min ?? -MAX_FEN
    const max = node.max ?? MAX_FEN
    if (raw < min)
      return (
        report(at, `${node.label}${min === 1 && !isWhole(node) ? '应大于 0' : `不能小于 ${said(node, min)}`}`),
        undefined
      )
    if (raw > max) return (report(at, `${node.label}不能大于 ${said(node, max)}`), undefined)
    return raw
  }

  function one(node: Node, raw: unknown, at: string, report: Report): unknown {
    switch (node.kind) {
      case 'text':
      case 'longText':
        return text(node, raw, at, report)
      case 'integer':
      case 'quantity':
      case 'money':
      case 'rate':
        return number(node, raw, at, report)
      case 'day':
        return typeof raw === 'string' && isDay(raw) ? raw : report(at, `${node.label}应为日期,例如 2026-01-31`)
      case 'instant':
        return typeof raw === 'string' && isInstant(raw)
          ? raw
          : report(at, `${node.label}应为 UTC 时间,例如 2026-01-31T08:00:00.000Z`)
      case 'flag':
        return typeof raw === 'boolean' ? raw : report(at, `${node.label}应为 true 或 false`)
      case 'option':
        if (typeof raw === 'string' && Object.hasOwn(node.options, raw)) return raw
        return report(at, `${node.label}只能是:${Object.keys(node.options).slice(0, 12).join('、')}`)
      case 'dict':
        return typeof raw === 'string' && /^[\w-]{1,40}$/.test(raw) ? raw : report(at, `${node.label}不是有效的选项`)
      case 'ref':
        return Number.isSafeInteger(raw) && (raw as number) > 0 ? raw : report(at, `${node.label}应为编号(正整数)`)
      case 'list':
        return many(node.of, raw, at, report, node)
      case 'group':
        if (!isPlain(raw)) return report(at, `${node.label}应为对象`)
        return shape(node.of, raw, false, `${at}.`, report)
      case 'table': {
        if (!isPlain(raw)) return report(at, `${node.label}应为对象`)
        const entries = Object.entries(raw)
        if (entries.length > node.max) return report(at, `${node.label}不能超过 ${node.max} 项`)
        return Object.fromEntries(entries.map(([key, value]) => [key, one(node.of, value, `${at}.${key}`, report)]))
      }
      default: {
        const never: never = node
        throw new Error(`unknown kind ${JSON.stringify(never)}`)
      }
    }
  }

  function many(
    of: Node,
    raw: unknown,
    at: string,
    report: Report,
    bounds: { label: string; max: number; min?: number },
  ) {
    if (!Array.isArray(raw)) return report(at, `${bounds.label}应为列表`)
    if (raw.length > bounds.max) return report(at, `${bounds.label}不能超过 ${bounds.max} 项`)
    if (raw.length < (bounds.min ?? 0)) return report(at, `${bounds.label}至少 ${bounds.min} 项`)
    return raw.map((item, i) => one(of, item, `${at}.${i}`, report))
  }

  function value(node: Node, raw: unknown, at: string, report: Report): unknown {
    if ((node.kind === 'ref' || node.kind === 'option') && isMany(node)) {
      const items = many(node, raw, at, report, { label: node.label, max: MOST_REFS })
      return Array.isArray(items) ? [...new Set(items)] : items
    }
    if (raw === null && node.optional) return null
    if (raw === null) return report(at, `${node.label}不能为空`)
    return one(node, raw, at, report)
  }

  function shape(
    of: Shape,
    raw: Record<string, unknown>,
    partial: boolean,
    prefix: string,
    report: Report,
  ): Record<string, unknown> {
    for (const key of Object.keys(raw)) if (!Object.hasOwn(of, key)) report(prefix + key.slice(0, 80), '没有这个字段')
    const result: Record<string, unknown> = {}
    for (const [key, node] of Object.entries(of)) {
      if (Object.hasOwn(raw, key) && raw[key] !== undefined) result[key] = value(node, raw[key], prefix + key, report)
      else if (partial) continue
      else if (isRequired(node)) report(prefix + key, `${node.label}不能为空`)
      else
        result[key] = 'default' in node && node.default !== undefined ? node.default : isMany(node as Field) ? [] : null
    }
    return result
  }

  return function check<T = Record<string, unknown>>(
    of: Shape,
    raw: unknown,
    { partial = false, always = [] }: { partial?: boolean; always?: readonly string[] } = {},
  ): Checked<T> {
    if (!isPlain(raw)) return { ok: false, errors: [{ field: '', message: '请求内容应为 JSON 对象' }] }
    const errors: FieldError[] = []
    const report: Report = (field, message) => {
      if (errors.length < MOST_ERRORS) errors.push({ field, message })
    }
    for (const key of always) if (!Object.hasOwn(raw, key)) report(key, `${of[key]!.label}不能为空`)
    const result = shape(of, raw, partial, '', report)
    return errors.length > 0 ? { ok: false, errors } : { ok: true, value: result as T }
  }
}
