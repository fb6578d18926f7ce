import { describe, expect, it } from 'vitest'
import { addDays, dayOf, diffDays, isDay, isInstant, monthOf, parseDay } from './days.ts'

describe('日期', () => {
  it.each(['1900-01-01', '2199-12-31', '2024-02-29', '2000-02-29'])('%s 是日期', (text) =>
    expect(isDay(text)).toBe(true),
  )
  it.each([
    '0000-00-00',
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '1899-12-31',
    '2200-01-01',
    '9999-12-31',
    '+275760-09-13',
    '2024-1-5',
    '20240105',
    '2024-01-05T00:00',
    ' 2024-01-05',
    '',
    '２０２４-01-05',
  ])('%s 不是', (text) => expect(isDay(text)).toBe(false))

  it.each([
    '2024-01-05',
    '2024-1-5',
    '2024/1/5',
    '2024/01/05',
    '2024.1.5',
    '2024年1月5日',
    '2024年01月05日',
    '20240105',
    '２０２４/１/５',
    '２０２４－０１－０５',
    ' 2024-01-05\u3000',
  ])('各种写法读成同一天: %s', (text) => expect(parseDay(text)).toBe('2024-01-05'))

  it.each([
    '2024-1/5',
    '24/1/5',
    '1/5/2024',
    '2024年1月',
    '44197',
    '2023-02-29',
    '20230229',
    '2024/1/5 8:00',
    '明天',
    '',
    '9'.repeat(50_000),
  ])('不猜: %s', (text) => expect(parseDay(text)).toBeNull())
})

describe('时刻属于哪一天', () => {
  it('北京时间零点前后', () => {
    expect(dayOf('2024-12-31T15:59:59.999Z', 'Asia/Shanghai')).toBe('2024-12-31')
    expect(dayOf('2024-12-31T16:00:00.000Z', 'Asia/Shanghai')).toBe('2025-01-01')
  })
  it('纽约的夏令时', () => {
    expect(dayOf('2024-07-01T03:59:59.999Z', 'America/New_York')).toBe('2024-06-30')
    expect(dayOf('2024-01-01T04:59:59.999Z', 'America/New_York')).toBe('2023-12-31')
  })
  it('月日总是两位', () => expect(dayOf('2024-01-05T00:00:00.000Z', 'UTC')).toBe('2024-01-05'))
  it('坏的时刻或时区不算', () => {
    expect(() => dayOf('昨天', 'UTC')).toThrow(RangeError)
    expect(() => dayOf('2024-01-05T00:00:00.000Z', 'Mars/Base')).toThrow(RangeError)
  })
})

describe('日期计算', () => {
  it('跨月、闰年、跨年', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
    expect(addDays('2023-02-28', 1)).toBe('2023-03-01')
    expect(addDays('2024-01-01', -1)).toBe('2023-12-31')
    expect(addDays('2024-03-10', 0)).toBe('2024-03-10')
  })
  it('相差天数有方向: 从前一天到后一天为正', () => {
    expect(diffDays('2024-03-01', '2024-02-28')).toBe(2)
    expect(diffDays('2024-02-28', '2024-03-01')).toBe(-2)
  })
  it('加多少天就相差多少天', () => {
    for (let count = -20_000; count <= 20_000; count += 37) {
      expect(diffDays(addDays('2024-02-29', count), '2024-02-29')).toBe(count)
    }
  })
  it('月份', () => expect(monthOf('2024-02-29')).toBe('2024-02'))
  it.each([
    () => addDays('2199-12-31', 1),
    () => addDays('2024-01-01', 1e12),
    () => addDays('2024-01-01', 0.5),
    () => diffDays('2023-02-29', '2023-01-01'),
    () => monthOf('2024-02'),
  ])('出了日历就拒绝 %#', (act) => expect(act).toThrow(RangeError))
})

describe('时刻', () => {
  it('世界时、毫秒', () => expect(isInstant('2024-01-05T08:30:00.000Z')).toBe(true))
  it.each([
    '2024-01-05T08:30:00Z',
    '2024-01-05T08:30:00.000+08:00',
    '2024-01-05 08:30:00.000Z',
    '2023-02-29T00:00:00.000Z',
    '2024-01-05T24:00:00.000Z',
    '2024-01-05T08:60:00.000Z',
    '',
  ])('%s 不是', (text) => expect(isInstant(text)).toBe(false))
})
