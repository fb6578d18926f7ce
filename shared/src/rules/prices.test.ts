import { expect, it } from 'vitest'
import { collide, marginBp, type PriceRule, priceFor } from './prices.ts'

const rule = (facts: Partial<PriceRule>): PriceRule => ({
  customerId: null,
  level: null,
  minQtyMilli: 0,
  priceFen: 1,
  fromOn: null,
  untilOn: null,
  ...facts,
})
const buyer = { customerId: 7, level: 'A' }
const price = (rules: PriceRule[], qtyMilli = 1_000, on = '2026-11-22') =>
  priceFor(10_000, rules, buyer, { qtyMilli, on })

it('没有适用的价格时用标准售价', () => {
  expect(price([])).toBe(10_000)
  expect(price([rule({ customerId: 8 }), rule({ level: 'B' }), rule({ minQtyMilli: 5_000 })])).toBe(10_000)
})

it('客户专价先于等级价,等级价先于普通价,哪怕更贵', () => {
  const [own, level, anyone] = [
    rule({ customerId: 7, priceFen: 9_500 }),
    rule({ level: 'A', priceFen: 9_000 }),
    rule({ priceFen: 8_000 }),
  ]
  expect(price([anyone, level, own])).toBe(9_500)
  expect(price([anyone, level])).toBe(9_000)
})

it('数量到了阶梯用阶梯价', () => {
  const steps = [rule({ priceFen: 9_900 }), rule({ minQtyMilli: 100_000, priceFen: 9_000 })]
  expect(price(steps, 99_999)).toBe(9_900)
  expect(price(steps, 100_000)).toBe(9_000)
})

it('只在有效期内适用,首尾两天都算;同样适用的,后生效的先', () => {
  const dated = rule({ fromOn: '2026-11-01', untilOn: '2026-11-22', priceFen: 8_800 })
  expect(price([dated])).toBe(8_800)
  expect(price([dated], 1_000, '2026-11-23')).toBe(10_000)
  expect(price([rule({ fromOn: '2026-01-01', priceFen: 8_000 }), dated])).toBe(8_800)
})

it('同一客户或等级、同一起订数量、有效期有一天相同,就是重复的价格', () => {
  const base = rule({ customerId: 7, fromOn: '2026-01-01', untilOn: '2026-06-30' })
  expect(collide(base, rule({ customerId: 7, fromOn: '2026-06-30' }))).toBe(true)
  expect(collide(base, rule({ customerId: 7 }))).toBe(true)
  expect(collide(base, rule({ customerId: 7, fromOn: '2026-07-01' }))).toBe(false)
  expect(collide(base, rule({ customerId: 7, untilOn: '2025-12-31' }))).toBe(false)
  expect(collide(base, rule({ customerId: 8 }))).toBe(false)
  expect(collide(base, rule({ level: 'A' }))).toBe(false)
  expect(collide(base, rule({ customerId: 7, minQtyMilli: 1_000 }))).toBe(false)
})

it('没有说是哪个客户时,只有普通价适用', () => {
  const anyone = { customerId: null, level: null }
  const rules = [rule({ customerId: 7 }), rule({ level: 'A' }), rule({ priceFen: 9_000 })]
  expect(priceFor(10_000, rules, anyone, { qtyMilli: 1_000, on: '2026-11-22' })).toBe(9_000)
})

it('毛利率按不含税的售价算;没有成本或售价为零时没有', () => {
  expect(marginBp(11_300, 1_300, 7_000)).toBe(3_000)
  expect(marginBp(11_300, 1_300, 12_000)).toBe(-2_000)
  expect(marginBp(11_300, 1_300, null)).toBeNull()
  expect(marginBp(0, 1_300, 5)).toBeNull()
})
