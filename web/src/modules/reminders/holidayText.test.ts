import { describe, expect, it } from 'vitest'
import { parseHolidays, spansOf } from './holidayText'

describe('导入节假日', () => {
  it('一行一天:日期、休或班、名称;表头和空行跳过', () => {
    expect(parseHolidays('日期,类别,名称\n2027-01-01,休,元旦\n\n2027/1/3\t班\t元旦调休\n2027.1.4 休')).toEqual({
      days: [
        { day: '2027-01-01', kind: 'rest', name: '元旦' },
        { day: '2027-01-03', kind: 'work', name: '元旦调休' },
        { day: '2027-01-04', kind: 'rest', name: '放假' },
      ],
      problem: null,
    })
    expect(parseHolidays('[{"day":"2027-01-01","kind":"rest","name":"元旦"}]').days).toHaveLength(1)
  })

  it('说清哪一行不对', () => {
    expect(parseHolidays('2027-01-01,休\n2027-13-01,休').problem).toBe('第 2 行的日期“2027-13-01”无法识别')
    expect(parseHolidays('2027-01-01,放羊').problem).toBe('第 1 行应写明“休”或“班”')
    expect([parseHolidays('').problem, parseHolidays('[').problem]).toEqual(['没有读到日期', 'JSON 无法读取'])
  })

  it('连着的几天合成一段', () => {
    const day = (on: string) => ({ day: on, kind: 'rest' as const, name: '春节' })
    expect(spansOf([day('2026-02-15'), day('2026-02-16'), day('2026-02-18')])).toMatchObject([
      { from: '2026-02-15', to: '2026-02-16', count: 2 },
      { from: '2026-02-18', count: 1 },
    ])
  })
})
