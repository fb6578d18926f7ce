import { describe, expect, it } from 'vitest'
import { dayEnd, dayStart } from './dayBounds'

describe('一天的起止时刻', () => {
  it('上海的一天从前一日 16:00 UTC 开始', () => {
    expect(dayStart('2026-11-22', 'Asia/Shanghai')).toBe('2026-11-21T16:00:00.000Z')
    expect(dayEnd('2026-11-22', 'Asia/Shanghai')).toBe('2026-11-22T15:59:59.999Z')
  })
  it('换夏令时的那天只有 23 小时', () => {
    expect(dayStart('2026-03-08', 'America/New_York')).toBe('2026-03-08T05:00:00.000Z')
    expect(dayEnd('2026-03-08', 'America/New_York')).toBe('2026-03-09T03:59:59.999Z')
  })
})
