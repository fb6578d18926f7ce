import { describe, expect, it } from 'vitest'
import { decreedDays, shippedDays } from './holidays.ts'
import { isWorkday, nextMonday, nextWorkday, weekdayOf, type WorkCalendar } from './workdays.ts'

const shipped: WorkCalendar = new Map(shippedDays.map(({ day, kind }) => [day, kind]))

describe('工作日', () => {
  it('周一到周五上班;放假与调休以国务院通知为准', () => {
    expect(isWorkday('2026-11-23', shipped)).toBe(true)
    expect(isWorkday('2026-11-22', shipped)).toBe(false)
    expect(isWorkday('2026-02-14', shipped)).toBe(true)
    expect(isWorkday('2026-02-20', shipped)).toBe(false)
    expect(isWorkday('2025-10-11', shipped)).toBe(true)
  })

  it('下一工作日跨过整个春节', () => {
    expect(nextWorkday('2026-02-14', shipped)).toBe('2026-02-24')
    expect(nextWorkday('2026-02-13', shipped)).toBe('2026-02-14')
    expect(nextWorkday('2026-09-30', shipped)).toBe('2026-10-08')
    expect(nextWorkday('2026-11-20', shipped)).toBe('2026-11-23')
  })

  it('下周一总在今天之后', () => {
    expect([nextMonday('2026-11-22'), nextMonday('2026-11-23'), nextMonday('2026-11-24')]).toEqual([
      '2026-11-23',
      '2026-11-30',
      '2026-11-30',
    ])
  })

  it('随产品带的两年:放假天数与通知一致,上班的都是周末', () => {
    const off = (year: string) => shippedDays.filter(({ day, kind }) => kind === 'rest' && day.startsWith(year)).length
    expect([off('2025'), off('2026')]).toEqual([28, 33])
    const worked = shippedDays.filter(({ kind }) => kind === 'work')
    expect(worked).toHaveLength(11)
    for (const { day } of worked) expect([0, 6]).toContain(weekdayOf(day))
  })

  it('导入的年份整年替换自带的,其他年份不动', () => {
    const days = decreedDays([{ day: '2026-01-01', kind: 'rest', name: '元旦' }])
    expect(days.filter(({ day }) => day.startsWith('2026'))).toHaveLength(1)
    expect(days.filter(({ day }) => day.startsWith('2025'))).toHaveLength(33)
  })
})
