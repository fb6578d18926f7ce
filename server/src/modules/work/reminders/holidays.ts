import type { HolidayYear } from '@crm/shared/contract/reminders'
import { type DecreedDay, decreedDays, shippedDays } from '@crm/shared/rules/holidays'
import type { WorkCalendar } from '@crm/shared/rules/workdays'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'

const EARLIEST = 2000
const LATEST = 2100
const imported = (db: Read | Tx) =>
  (db as Read).selectFrom('holidays').select(['day', 'kind', 'name']).orderBy('day').execute()

/** Days off and worked weekends, of all years known. */
export const allDecreed = async (db: Read | Tx): Promise<DecreedDay[]> => decreedDays(await imported(db))

export async function workCalendar(db: Read | Tx): Promise<WorkCalendar> {
  return new Map((await allDecreed(db)).map(({ day, kind }) => [day, kind]))
}

export async function holidayYears(db: Read | Tx): Promise<{ years: HolidayYear[] }> {
  const own = await imported(db)
  const isOwn = new Set(own.map(({ day }) => day.slice(0, 4)))
  const years = new Map<string, DecreedDay[]>()
  for (const one of decreedDays(own)) {
    const year = one.day.slice(0, 4)
    years.set(year, [...(years.get(year) ?? []), one])
  }
  return {
    years: [...years]
      .toSorted(([a], [b]) => (a < b ? 1 : -1))
      .map(([year, days]) => ({ year: Number(year), isImported: isOwn.has(year), days })),
  }
}

/** A whole year at once; an empty one gives the shipped days back. */
export async function replaceHolidays(
  tx: Tx,
  actor: Actor,
  { days, year }: { year: number; days: readonly DecreedDay[] },
): Promise<{ years: HolidayYear[] }> {
  if (year < EARLIEST || year > LATEST) throw invalidField('year', `年份应在 ${EARLIEST} 到 ${LATEST} 之间`)
  const ofYear = ({ day }: DecreedDay) => day.startsWith(`${year}-`)
  const seen = new Set<string>()
  for (const [n, one] of days.entries()) {
    if (!ofYear(one)) throw invalidField(`days.${n}.day`, `${one.day} 不在 ${year} 年`)
    if (seen.has(one.day)) throw invalidField(`days.${n}.day`, `${one.day} 出现了两次`)
    seen.add(one.day)
  }
  const stored = (await imported(tx)).filter(ofYear)
  const before = stored.length > 0 ? stored : shippedDays.filter(ofYear)
  await tx.deleteFrom('holidays').where('day', '>=', `${year}-01-01`).where('day', '<=', `${year}-12-31`).execute()
  if (days.length > 0)
    await tx
      .insertInto('holidays')
      .values(days.map(({ day, kind, name }) => ({ day, kind, name })))
      .execute()
  await audit(tx, actor, {
    entity: 'settings',
    recordId: null,
    action: 'holidays',
    before: { year, days: before },
    after: { year, days },
  })
  return holidayYears(tx)
}
