import { expect, it } from 'vitest'
import { dueOn, endOfMonth } from './terms.ts'

it('货到若干天:从当天起算', () => {
  expect(dueOn('2026-01-31', 'net', 30)).toBe('2026-03-02')
  expect(dueOn('2026-11-22', 'net', null)).toBe('2026-11-22')
})

it('月结:从当月最后一天起算,闰年二月也对', () => {
  expect(dueOn('2026-11-01', 'monthly', 30)).toBe('2026-12-30')
  expect(dueOn('2028-02-03', 'monthly', 0)).toBe('2028-02-29')
  expect(endOfMonth('2026-12-05')).toBe('2026-12-31')
})

it('现结或没有约定:当天到期', () => {
  expect(dueOn('2026-11-22', 'cash', 30)).toBe('2026-11-22')
  expect(dueOn('2026-11-22', null, null)).toBe('2026-11-22')
})
