import { type Day, dayOf, diffDays } from '@crm/shared/days'
import { timeOf } from '@crm/shared/rules/zoned'

export type Urgency = 'overdue' | 'passed' | 'ahead'

/** How a due time is read now: `逾期 3 天`, `今天 09:00`, `明天 09:00`, `11-25 09:00`. */
export function dueWords(
  dueAt: string,
  now: string,
  zone: string,
): { readonly text: string; readonly urgency: Urgency } {
  const [day, today] = [dayOf(dueAt, zone), dayOf(now, zone)]
  const ahead = diffDays(day, today)
  const time = timeOf(dueAt, zone)
  if (ahead < 0) return { text: `逾期 ${-ahead} 天`, urgency: 'overdue' }
  const urgency = dueAt <= now ? 'passed' : 'ahead'
  if (ahead === 0) return { text: `今天 ${time}`, urgency }
  if (ahead === 1) return { text: `明天 ${time}`, urgency }
  return { text: `${day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day} ${time}`, urgency }
}

const SHORT = ['日', '一', '二', '三', '四', '五', '六']
/** '11月25日 周三' */
export const dayWords = (day: Day): string =>
  `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日 周${SHORT[new Date(`${day}T00:00:00Z`).getUTCDay()]}`
