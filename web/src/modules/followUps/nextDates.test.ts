import { describe, expect, it } from 'vitest'
import { aheadText, dueOf, nextMonday } from './nextDates'

const ZONE = 'Asia/Shanghai'
/** 2026-11-22 is a Sunday; 17:00 UTC is already Monday in the office. */
const SUNDAY = '2026-11-22T01:00:00.000Z'
const LATE = '2026-11-22T17:00:00.000Z'

describe('下次提醒的日期', () => {
  it('按公司所在时区的早上九点', () => {
    expect(dueOf('none', '', SUNDAY, ZONE)).toBeNull()
    expect(dueOf('tomorrow', '', SUNDAY, ZONE)).toBe('2026-11-23T01:00:00.000Z')
    expect(dueOf('threeDays', '', SUNDAY, ZONE)).toBe('2026-11-25T01:00:00.000Z')
    expect(dueOf('tomorrow', '', LATE, ZONE)).toBe('2026-11-24T01:00:00.000Z')
  })
  it('周一说的下周一是一周以后', () => {
    expect(nextMonday('2026-11-22')).toBe('2026-11-23')
    expect(nextMonday('2026-11-23')).toBe('2026-11-30')
    expect(nextMonday('2026-11-28')).toBe('2026-11-30')
  })
  it('自选没填完不算', () => {
    expect(dueOf('custom', '', SUNDAY, ZONE)).toBeNull()
    expect(dueOf('custom', '2026-11-25T14:30', SUNDAY, ZONE)).toBe('2026-11-25T06:30:00.000Z')
  })
  it('近的说明天后天,远的说日期和星期', () => {
    expect(aheadText('2026-11-23T01:00:00.000Z', SUNDAY, ZONE)).toBe('明天 09:00')
    expect(aheadText('2026-11-25T06:30:00.000Z', SUNDAY, ZONE)).toBe('11-25 周三 14:30')
    expect(aheadText('2027-01-04T01:00:00.000Z', SUNDAY, ZONE)).toBe('2027-01-04 周一 09:00')
  })
})
