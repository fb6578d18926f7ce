import { parseDay } from '@crm/shared/days'
import { describe, expect, it } from 'vitest'
import { dayTitle, instantText, instantTitle, moneyText, totalText, typedDay } from './display'

const ZONE = 'Asia/Shanghai'
const NOW = '2026-11-22T01:30:00.000Z' // 09:30 in Shanghai
const shown = (instant: string | null) => instantText(instant, NOW, ZONE)

describe('时间', () => {
  it('今天和昨天写词,今年写月日,更早写年月日', () => {
    expect(shown('2026-11-21T16:05:00.000Z')).toBe('今天 00:05')
    expect(shown('2026-11-21T15:59:00.000Z')).toBe('昨天 23:59')
    expect(shown('2026-11-18T02:20:00.000Z')).toBe('11-18 10:20')
    expect(shown('2025-12-31T15:59:00.000Z')).toBe('2025-12-31')
    expect(shown(null)).toBe('—')
  })
  it('元旦零点按公司时区算今年', () => {
    expect(shown('2025-12-31T16:00:00.000Z')).toBe('01-01 00:00')
  })
  it('提示里有完整时间和星期', () => {
    expect(instantTitle('2026-11-18T02:20:00.000Z', ZONE)).toBe('2026-11-18 10:20 星期三')
    expect(dayTitle('2026-11-22')).toBe('2026-11-22 星期日')
  })
})

describe('金额与数目', () => {
  it('两位小数加千分位,没有就是横线', () => {
    expect(moneyText(123450)).toBe('1,234.50')
    expect(moneyText(0)).toBe('0.00')
    expect(moneyText(null)).toBe('—')
  })
  it('数到上限的总数带加号', () => {
    expect(totalText(10_000, true)).toBe('10,000+')
    expect(totalText(1_284, false)).toBe('1,284')
  })
})

describe('手输日期', () => {
  const typed = (text: string) => typedDay(text, '2026-11-22', parseDay)
  it('1125、11-25、11月25日都是今年', () => {
    for (const text of ['1125', '11-25', '11/25', '11月25日', '2026-11-25', '20261125'])
      expect(typed(text)).toBe('2026-11-25')
  })
  it('明天、后天、+3 从今天数起', () => {
    expect(typed('明天')).toBe('2026-11-23')
    expect(typed('后天')).toBe('2026-11-24')
    expect(typed('+10')).toBe('2026-12-02')
  })
  it('没有的日子不猜', () => {
    for (const text of ['1332', '0230', '很快', '13-1']) expect(typed(text)).toBeNull()
  })
})
