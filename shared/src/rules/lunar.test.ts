import { describe, expect, it } from 'vitest'
import { addDays } from '../days.ts'
import { birthdaysBetween } from './birthdays.ts'
import { festivalsBetween } from './festivals.ts'
import { lunarOf, solarOf } from './lunar.ts'

describe('农历', () => {
  it.each([
    ['1900-01-31', 1900],
    ['1954-02-03', 1954],
    ['1985-02-20', 1985],
    ['2000-02-05', 2000],
    ['2025-01-29', 2025],
    ['2026-02-17', 2026],
    ['2027-02-06', 2027],
    ['2030-02-03', 2030],
    ['2034-02-19', 2034],
    ['2050-01-23', 2050],
    ['2100-02-09', 2100],
  ])('%s 是 %i 年春节', (day, year) => {
    expect(lunarOf(day)).toEqual({ year, month: 1, day: 1, isLeap: false })
    expect(solarOf({ year, month: 1, day: 1, isLeap: false })).toBe(day)
  })

  it('闰月:2023 闰二月,2025 闰六月,2033 闰十一月', () => {
    expect(lunarOf('2023-03-22')).toMatchObject({ month: 2, day: 1, isLeap: true })
    expect(lunarOf('2025-07-25')).toMatchObject({ month: 6, day: 1, isLeap: true })
    expect(lunarOf('2033-12-22')).toMatchObject({ month: 11, day: 1, isLeap: true })
    expect(solarOf({ year: 2026, month: 6, day: 1, isLeap: true })).toBeNull()
  })

  it('1900 到 2100 每一天换过去再换回来,都是同一天', () => {
    const wrong: string[] = []
    for (let day = '1900-01-31'; day < '2101-01-29'; day = addDays(day, 1)) {
      const date = lunarOf(day)
      if (!date || solarOf(date) !== day) wrong.push(day)
    }
    expect(wrong).toEqual([])
    expect([lunarOf('1900-01-30'), lunarOf('2101-01-29')]).toEqual([null, null])
  })

  // ICU puts eleven new moons of two centuries on the day beside; everywhere else the two must agree.
  it('与 ICU 的农历只差已知的几处', () => {
    const icu = new Intl.DateTimeFormat('en-u-ca-chinese', {
      timeZone: 'UTC',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    })
    let differing = 0
    for (let day = '2020-01-01'; day < '2030-01-01'; day = addDays(day, 1)) {
      const parts = icu.formatToParts(new Date(`${day}T00:00:00.000Z`))
      const part = (type: string) => parts.find((found) => found.type === type)!.value
      const { day: date, isLeap, month } = lunarOf(day)!
      if (`${month}${isLeap ? 'bis' : ''}-${date}` !== `${part('month')}-${part('day')}`) differing += 1
    }
    expect(differing).toBeLessThanOrEqual(30)
  })
})

describe('节日与生日', () => {
  const named = (from: string, to: string) => festivalsBetween(from, to).map(({ day, name }) => `${day} ${name}`)

  it('一年的节日都在该在的日子', () => {
    expect(named('2026-01-01', '2026-12-31')).toEqual([
      '2026-01-01 元旦',
      '2026-02-16 除夕',
      '2026-02-17 春节',
      '2026-03-03 元宵节',
      '2026-03-08 妇女节',
      '2026-04-05 清明',
      '2026-05-01 劳动节',
      '2026-06-19 端午节',
      '2026-08-19 七夕',
      '2026-09-10 教师节',
      '2026-09-25 中秋节',
      '2026-10-01 国庆节',
      '2026-10-18 重阳节',
    ])
    expect(named('2025-05-31', '2025-05-31')).toEqual(['2025-05-31 端午节'])
    expect(named('2025-04-04', '2025-04-05')).toEqual(['2025-04-04 清明'])
  })

  it('公历生日:2 月 29 日出生的平年过 28 日', () => {
    const born = { birthday: '1988-02-29', birthdayCalendar: 'solar' } as const
    expect(birthdaysBetween(born, '2026-02-20', '2026-03-05')).toEqual(['2026-02-28'])
    expect(birthdaysBetween(born, '2028-02-20', '2028-03-05')).toEqual(['2028-02-29'])
  })

  it('农历生日:八月十五每年公历不同;三十出生的小月过廿九;闰月不再过一次', () => {
    const autumn = { birthday: '1988-08-15', birthdayCalendar: 'lunar' } as const
    expect(birthdaysBetween(autumn, '2025-01-01', '2026-12-31')).toEqual(['2025-10-06', '2026-09-25'])
    const eve = { birthday: '1990-12-30', birthdayCalendar: 'lunar' } as const
    expect(birthdaysBetween(eve, '2025-01-01', '2026-12-31')).toEqual(['2025-01-28', '2026-02-16'])
    const june = { birthday: '1990-06-01', birthdayCalendar: 'lunar' } as const
    expect(birthdaysBetween(june, '2025-01-01', '2025-12-31')).toEqual(['2025-06-25'])
  })
})
