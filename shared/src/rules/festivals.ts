import { addDays, type Day } from '../days.ts'
import { endsLunarMonth, lunarOf } from './lunar.ts'

export interface Festival {
  readonly day: Day
  readonly name: string
  /** Ready to be sent to a customer. */
  readonly greeting: string
}
type Facts = Omit<Festival, 'day'>

const solar: Readonly<Record<string, Facts>> = {
  '01-01': { name: '元旦', greeting: '元旦快乐!祝你新的一年生意兴隆、万事顺意。' },
  '03-08': { name: '妇女节', greeting: '妇女节快乐!祝你健康美丽、事事顺心。' },
  '05-01': { name: '劳动节', greeting: '劳动节快乐!感谢一直以来的信任,祝你假期愉快。' },
  '09-10': { name: '教师节', greeting: '教师节快乐!祝你桃李满天下、身体健康。' },
  '10-01': { name: '国庆节', greeting: '国庆快乐!祝你和家人假期愉快、平安顺遂。' },
}
const lunar: Readonly<Record<string, Facts>> = {
  '1-1': { name: '春节', greeting: '新春快乐!感谢过去一年的支持,祝你阖家幸福、新年大吉。' },
  '1-15': { name: '元宵节', greeting: '元宵节快乐!祝你团团圆圆、好事连连。' },
  '5-5': { name: '端午节', greeting: '端午安康!祝你和家人健康平安、事事顺遂。' },
  '7-7': { name: '七夕', greeting: '七夕快乐!祝你家庭美满、幸福久久。' },
  '8-15': { name: '中秋节', greeting: '中秋快乐!月圆人团圆,祝你阖家幸福安康。' },
  '9-9': { name: '重阳节', greeting: '重阳节快乐!祝你和长辈健康长寿、步步高升。' },
}
const NEW_YEARS_EVE: Facts = { name: '除夕', greeting: '除夕安好!祝你和家人团圆美满、辞旧迎新。' }
const CLEAR_AND_BRIGHT: Facts = { name: '清明', greeting: '清明时节,愿你和家人平安健康。' }

/** The fifth solar term by the rule of the century: right from 2000 to 2099. */
const clearAndBright = (year: number): number => Math.floor((year % 100) * 0.2422 + 4.81) - Math.floor((year % 100) / 4)

function festivalOn(day: Day): Facts | null {
  const fixed = solar[day.slice(5)]
  if (fixed) return fixed
  const year = Number(day.slice(0, 4))
  if (day.slice(5, 7) === '04' && Number(day.slice(8)) === clearAndBright(year)) return CLEAR_AND_BRIGHT
  const date = lunarOf(day)
  if (!date || date.isLeap) return null
  if (date.month === 12 && endsLunarMonth(day)) return NEW_YEARS_EVE
  return lunar[`${date.month}-${date.day}`] ?? null
}

/** The festivals of the days from `from` to `to`, both included. */
export function festivalsBetween(from: Day, to: Day): Festival[] {
  const found: Festival[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const festival = festivalOn(day)
    if (festival) found.push({ day, ...festival })
  }
  return found
}
