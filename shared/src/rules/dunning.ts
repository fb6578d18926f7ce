import { addDays, type Day } from '../days.ts'
import { formatYuan, type Fen } from '../money.ts'

/** 催收: days after the due day on which people are reminded, and whether the manager is told as well. */
export const dunningSteps = [
  { key: 'before', days: -7, manager: false },
  { key: 'due', days: 0, manager: false },
  { key: 'late', days: 7, manager: true },
  { key: 'veryLate', days: 30, manager: true },
] as const
export type DunningStep = (typeof dunningSteps)[number]

/** The due days a step is about on `today`; of days before it that no server saw as well, up to where the next step begins. */
export function duesOf(step: DunningStep, today: Day, missedDays = 0): { first: Day; last: Day } {
  const next = dunningSteps.find(({ days }) => days > step.days)
  const first = addDays(today, -step.days - missedDays)
  const earliest = next ? addDays(today, 1 - next.days) : first
  return { first: first > earliest ? first : earliest, last: addDays(today, -step.days) }
}

export interface OwedItem {
  readonly label: string
  readonly number: string | null
  readonly dueOn: Day
  readonly openFen: Fen
  /** Below zero: not due yet. */
  readonly overdueDays: number
}

const YUAN = (fen: Fen) => `${formatYuan(fen)} 元`

/** A text to copy into a message: polite before the day, plain after it. Lists what is owed, oldest first. */
export function dunningText(items: readonly OwedItem[], company: string | null): string {
  const sorted = [...items].sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0))
  const overdue = sorted.filter(({ overdueDays }) => overdueDays > 0)
  const sum = (of: readonly OwedItem[]) => of.reduce((total, { openFen }) => total + openFen, 0)
  const lines = sorted.map(({ dueOn, label, number, openFen, overdueDays }) => {
    const when = overdueDays > 0 ? `${dueOn} 到期,已逾期 ${overdueDays} 天` : `${dueOn} 到期`
    return `· ${[number, label].filter(Boolean).join(' ')}:${YUAN(openFen)}(${when})`
  })
  const opening =
    overdue.length > 0
      ? `贵公司有 ${overdue.length} 笔货款已逾期,共 ${YUAN(sum(overdue))},请安排付款:`
      : `提醒一下,贵公司有 ${sorted.length} 笔货款将到期,共 ${YUAN(sum(sorted))}:`
  const closing = '如已付款,请忽略本消息并告知付款日期,便于我们核对。谢谢!'
  return ['您好!', opening, ...lines, closing, ...(company ? [company] : [])].join('\n')
}
