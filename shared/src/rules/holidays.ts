import { addDays, type Day, diffDays } from '../days.ts'
import type { DayKind } from './workdays.ts'

export interface DecreedDay {
  readonly day: Day
  readonly kind: DayKind
  readonly name: string
}

/** A holiday of the State Council's notice: first and last day off, and the weekend days worked for it. */
type Notice = readonly [name: string, from: Day, to: Day, ...worked: Day[]]

// 国务院办公厅关于 2025 年、2026 年部分节假日安排的通知.
const notices: readonly Notice[] = [
  ['元旦', '2025-01-01', '2025-01-01'],
  ['春节', '2025-01-28', '2025-02-04', '2025-01-26', '2025-02-08'],
  ['清明节', '2025-04-04', '2025-04-06'],
  ['劳动节', '2025-05-01', '2025-05-05', '2025-04-27'],
  ['端午节', '2025-05-31', '2025-06-02'],
  ['国庆节、中秋节', '2025-10-01', '2025-10-08', '2025-09-28', '2025-10-11'],
  ['元旦', '2026-01-01', '2026-01-03', '2026-01-04'],
  ['春节', '2026-02-15', '2026-02-23', '2026-02-14', '2026-02-28'],
  ['清明节', '2026-04-04', '2026-04-06'],
  ['劳动节', '2026-05-01', '2026-05-05', '2026-05-09'],
  ['端午节', '2026-06-19', '2026-06-21'],
  ['中秋节', '2026-09-25', '2026-09-27'],
  ['国庆节', '2026-10-01', '2026-10-07', '2026-09-20', '2026-10-10'],
]

/** What the product ships; other years are imported by an administrator. */
export const shippedDays: readonly DecreedDay[] = notices
  .flatMap(([name, from, to, ...worked]): DecreedDay[] => [
    ...Array.from({ length: diffDays(to, from) + 1 }, (_, n): DecreedDay => ({
      day: addDays(from, n),
      kind: 'rest',
      name,
    })),
    ...worked.map((day): DecreedDay => ({ day, kind: 'work', name: `${name}调休` })),
  ])
  .sort((a, b) => (a.day < b.day ? -1 : 1))

/** A year that was imported counts instead of the shipped one, whole. */
export function decreedDays(imported: readonly DecreedDay[]): DecreedDay[] {
  const years = new Set(imported.map(({ day }) => day.slice(0, 4)))
  return [...shippedDays.filter(({ day }) => !years.has(day.slice(0, 4))), ...imported]
}
