import { expect, it } from 'vitest'
import { addDays, diffDays } from '../days.ts'
import { bucketsOf, daysSalesOutstanding, dueRange } from './ageing.ts'

it('七档,首尾相接', () => {
  expect(bucketsOf().map(({ label }) => label)).toEqual([
    '未到期',
    '1–30 天',
    '31–60 天',
    '61–90 天',
    '91–180 天',
    '181–365 天',
    '365 天以上',
  ])
  expect(() => bucketsOf([30, 30])).toThrow(RangeError)
  expect(() => bucketsOf([0])).toThrow(RangeError)
})

it('每个到期日正好落在一档里,档由逾期天数决定', () => {
  const asOf = '2026-11-22'
  for (let age = -400; age <= 800; age++) {
    const dueOn = addDays(asOf, -age)
    const hit = bucketsOf().filter((bucket) => {
      const { first, last } = dueRange(bucket, asOf)
      return (first === null || dueOn >= first) && (last === null || dueOn <= last)
    })
    expect(hit).toHaveLength(1)
    expect(diffDays(asOf, dueOn)).toBe(age)
    expect(age >= hit[0]!.from && (hit[0]!.to === null || age <= hit[0]!.to)).toBe(true)
  }
})

it('到期当天还没有逾期,第二天起算一天', () => {
  const [notDue, first] = bucketsOf()
  expect(dueRange(notDue!, '2026-11-22')).toEqual({ first: '2026-11-22', last: null })
  expect(dueRange(first!, '2026-11-22')).toEqual({ first: '2026-10-23', last: '2026-11-21' })
})

it('DSO = 应收 ÷ 赊销额 × 天数;没有赊销就没有这个数', () => {
  expect(daysSalesOutstanding(300_000, 900_000, 90)).toBe(30)
  expect(daysSalesOutstanding(300_000, 0, 90)).toBeNull()
})
