import { type Day, parseDay } from '@crm/shared/days'
import type { DecreedDay } from '@crm/shared/rules/holidays'

const KINDS: Readonly<Record<string, DecreedDay['kind']>> = {
  休: 'rest',
  放假: 'rest',
  rest: 'rest',
  班: 'work',
  上班: 'work',
  调休: 'work',
  work: 'work',
}

export type Parsed =
  | { readonly days: readonly DecreedDay[]; readonly problem: null }
  | { readonly days: null; readonly problem: string }

/** Lines `2027-01-01,休,元旦` (comma, tab or blanks between), or the JSON of the interface. Says which line is wrong. */
export function parseHolidays(text: string): Parsed {
  const typed = text.trim()
  const refuse = (problem: string): Parsed => ({ days: null, problem })
  if (typed.startsWith('[')) {
    try {
      return { days: JSON.parse(typed) as DecreedDay[], problem: null }
    } catch {
      return refuse('JSON 无法读取')
    }
  }
  const days: DecreedDay[] = []
  for (const [n, line] of typed.split(/\r?\n/).entries()) {
    if (line.trim() === '' || /^(日期|date)/i.test(line.trim())) continue
    const [date = '', kind = '', ...name] = line.trim().split(/[\s,,]+/)
    const day = parseDay(date)
    if (day === null) return refuse(`第 ${n + 1} 行的日期“${date.slice(0, 20)}”无法识别`)
    if (!Object.hasOwn(KINDS, kind)) return refuse(`第 ${n + 1} 行应写明“休”或“班”`)
    days.push({ day, kind: KINDS[kind]!, name: name.join(' ') || (KINDS[kind] === 'rest' ? '放假' : '调休上班') })
  }
  return days.length > 0 ? { days, problem: null } : refuse('没有读到日期')
}

export interface Span {
  readonly name: string
  readonly kind: DecreedDay['kind']
  readonly from: Day
  readonly to: Day
  readonly count: number
}
/** Days of one name in a row, as a person reads a notice. */
export function spansOf(days: readonly DecreedDay[]): Span[] {
  const spans: Span[] = []
  for (const { day, kind, name } of days) {
    const last = spans.at(-1)
    const isNext = last && Date.parse(day) - Date.parse(last.to) === 86_400_000
    if (last && isNext && last.kind === kind && last.name === name)
      spans.splice(-1, 1, { ...last, to: day, count: last.count + 1 })
    else spans.push({ name, kind, from: day, to: day, count: 1 })
  }
  return spans
}
