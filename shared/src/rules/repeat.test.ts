import { describe, expect, it } from 'vitest'
import type { Day } from '../days.ts'
import { addMonths, nextDue, type Series } from './repeat.ts'
import { isWorkday, type WorkCalendar } from './workdays.ts'

const SHANGHAI = 'Asia/Shanghai'
const calendar: WorkCalendar = new Map([
  ['2026-02-14', 'work'],
  ['2026-02-16', 'rest'],
  ['2026-02-17', 'rest'],
])
const worked = (day: Day) => isWorkday(day, calendar)
const series = (anchorAt: string, repeat: Series['repeat'], repeatUntil: Day | null = null): Series => ({
  anchorAt,
  repeat,
  repeatUntil,
})
/** The next `count` instants after the anchor, in `zone`. */
function run(one: Series, zone: string, count: number): (string | null)[] {
  const found: (string | null)[] = []
  let after = one.anchorAt
  for (let n = 0; n < count; n += 1) {
    const next = nextDue(one, after, zone, worked)
    found.push(next)
    if (next === null) break
    after = next
  }
  return found
}

describe('重复的提醒', () => {
  it('31 日每月:短月落在最后一天,长月回到 31 日', () => {
    expect(run(series('2026-01-31T01:30:00.000Z', 'monthly'), SHANGHAI, 4)).toEqual([
      '2026-02-28T01:30:00.000Z',
      '2026-03-31T01:30:00.000Z',
      '2026-04-30T01:30:00.000Z',
      '2026-05-31T01:30:00.000Z',
    ])
  })

  it('2 月 29 日每年:平年落在 28 日,闰年回来', () => {
    expect(run(series('2028-02-29T01:00:00.000Z', 'yearly'), SHANGHAI, 4)).toEqual([
      '2029-02-28T01:00:00.000Z',
      '2030-02-28T01:00:00.000Z',
      '2031-02-28T01:00:00.000Z',
      '2032-02-29T01:00:00.000Z',
    ])
  })

  it('按公司时区的日期算,不按 UTC:上海 1 日零点半是 UTC 前一天', () => {
    expect(run(series('2026-01-31T16:30:00.000Z', 'monthly'), SHANGHAI, 2)).toEqual([
      '2026-02-28T16:30:00.000Z',
      '2026-03-31T16:30:00.000Z',
    ])
  })

  it('夏令时前后钟面时间不变', () => {
    expect(run(series('2026-03-07T14:00:00.000Z', 'daily'), 'America/New_York', 2)).toEqual([
      '2026-03-08T13:00:00.000Z',
      '2026-03-09T13:00:00.000Z',
    ])
    expect(run(series('2026-10-24T07:00:00.000Z', 'weekly'), 'Europe/Berlin', 1)).toEqual(['2026-10-31T08:00:00.000Z'])
    // 02:30 does not exist on 8 March in New York: an hour later by the clock, and back the day after.
    expect(run(series('2026-03-07T07:30:00.000Z', 'daily'), 'America/New_York', 2)).toEqual([
      '2026-03-08T07:30:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ])
  })

  it('每个工作日:周末和放假跳过,调休上班的周六算', () => {
    expect(run(series('2026-02-13T01:00:00.000Z', 'workday'), SHANGHAI, 3)).toEqual([
      '2026-02-14T01:00:00.000Z',
      '2026-02-18T01:00:00.000Z',
      '2026-02-19T01:00:00.000Z',
    ])
  })

  it('拖了很久才完成的,错过的几次不补', () => {
    const weekly = series('2026-01-05T01:00:00.000Z', 'weekly')
    expect(nextDue(weekly, '2026-11-22T01:00:00.000Z', SHANGHAI, worked)).toBe('2026-11-23T01:00:00.000Z')
    const daily = series('2026-01-05T01:00:00.000Z', 'daily')
    expect(nextDue(daily, '2026-11-22T00:59:59.999Z', SHANGHAI, worked)).toBe('2026-11-22T01:00:00.000Z')
    expect(nextDue(daily, '2026-11-22T01:00:00.000Z', SHANGHAI, worked)).toBe('2026-11-23T01:00:00.000Z')
  })

  it('到“重复至”那天为止,当天还算', () => {
    expect(run(series('2026-11-20T01:00:00.000Z', 'daily', '2026-11-22'), SHANGHAI, 5)).toEqual([
      '2026-11-21T01:00:00.000Z',
      '2026-11-22T01:00:00.000Z',
      null,
    ])
    expect(run(series('2026-11-20T01:00:00.000Z', 'none'), SHANGHAI, 1)).toEqual([null])
  })

  it('加月份跨年,往回也对', () => {
    expect([addMonths('2026-11-30', 3), addMonths('2026-01-31', -2), addMonths('2024-02-29', 12)]).toEqual([
      '2027-02-28',
      '2025-11-30',
      '2025-02-28',
    ])
  })
})
