import { expect, it } from 'vitest'
import { marginOf } from './margin.ts'

it('毛利 = 不含税金额 − 成本 − 费用;不知道成本、没有卖出就没有毛利率', () => {
  expect(marginOf(10_000, 6_000, 500)).toEqual({ marginFen: 3_500, marginBp: 3_500 })
  expect(marginOf(10_000, 9_800, 500)).toEqual({ marginFen: -300, marginBp: -300 })
  expect(marginOf(3, 2, 0)).toEqual({ marginFen: 1, marginBp: 3_333 })
  expect(marginOf(10_000, null, 500)).toEqual({ marginFen: null, marginBp: null })
  expect(marginOf(0, 0, 500)).toEqual({ marginFen: -500, marginBp: null })
})
