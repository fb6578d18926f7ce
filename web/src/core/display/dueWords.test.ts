import { describe, expect, it } from 'vitest'
import { dayWords, dueWords } from './dueWords'

const words = (dueAt: string) => dueWords(dueAt, '2026-11-22T01:00:00.000Z', 'Asia/Shanghai')

describe('到期怎么说', () => {
  it('逾期说天数,今明说今明,其他说日期', () => {
    expect(words('2026-11-19T01:00:00.000Z')).toEqual({ text: '逾期 3 天', urgency: 'overdue' })
    expect(words('2026-11-22T00:30:00.000Z')).toEqual({ text: '今天 08:30', urgency: 'passed' })
    expect(words('2026-11-22T09:00:00.000Z')).toEqual({ text: '今天 17:00', urgency: 'ahead' })
    expect(words('2026-11-22T16:30:00.000Z').text).toBe('明天 00:30')
    expect(words('2026-11-25T01:00:00.000Z').text).toBe('11-25 09:00')
    expect(words('2027-01-05T01:00:00.000Z').text).toBe('2027-01-05 09:00')
    expect(dayWords('2026-11-25')).toBe('11月25日 周三')
  })
})
