import { describe, expect, it } from 'vitest'
import { byDay, dayByKey, daysOfMonth, isQuiet, monthBeside } from './month'

describe('月历', () => {
  it('六周四十二天,从周一开始,包住整个月', () => {
    const days = daysOfMonth('2026-11')
    expect([days.length, days[0], days[41]]).toEqual([42, '2026-10-26', '2026-12-06'])
    expect(daysOfMonth('2026-06')[0]).toBe('2026-06-01')
    expect([monthBeside('2026-01', -1), monthBeside('2026-12', 1)]).toEqual(['2025-12', '2027-01'])
  })

  it('方向键走一天一周,Home/End 到周首周末,PageUp/PageDown 走一个月', () => {
    const go = (code: string) => dayByKey(code, '2026-11-25')
    expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'].map(go)).toEqual([
      '2026-11-24',
      '2026-11-26',
      '2026-11-18',
      '2026-12-02',
      '2026-11-23',
      '2026-11-29',
      '2026-10-25',
      '2026-12-25',
    ])
    expect(go('KeyA')).toBeNull()
  })

  it('按公司的日子归到每一天', () => {
    const reply = {
      reminders: [],
      isCut: false,
      expected: [{ reminderId: 1, title: '周会', dueAt: '2026-11-22T16:30:00.000Z' }],
      birthdays: [],
      festivals: [],
      holidays: [{ day: '2026-10-10', kind: 'work', name: '国庆节调休' }],
    } as const
    const on = byDay(reply as never, 'Asia/Shanghai')
    expect(on('2026-11-23').expected).toHaveLength(1)
    expect(on('2026-10-10').holiday?.kind).toBe('work')
    expect([isQuiet(on('2026-11-23')), isQuiet(on('2026-11-22'))]).toEqual([false, true])
  })
})
