import { describe, expect, it } from 'vitest'
import { boughtMilli, documentTotals, lineAmount, partOfLine, taxWithin } from './lines.ts'

/** A small seeded generator: the same documents at each run. */
function random(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('一行的金额', () => {
  it('数量 × 单价 × 折扣,只四舍五入一次', () => {
    expect(lineAmount({ qtyMilli: 1_000, priceFen: 12_345, discountBp: 0 })).toBe(12_345)
    // 3 × 0.335 元 = 1.005 元
    expect(lineAmount({ qtyMilli: 1_500, priceFen: 67, discountBp: 0 })).toBe(101)
    // 1.5 × 0.67 × 0.95 = 0.95475: rounding in between would give 0.96
    expect(lineAmount({ qtyMilli: 1_500, priceFen: 67, discountBp: 500 })).toBe(95)
    expect(lineAmount({ qtyMilli: 1_000, priceFen: 100, discountBp: 10_000 })).toBe(0)
  })

  it('含税金额里的税,按税率倒推', () => {
    expect(taxWithin(11_300, 1_300)).toBe(1_300)
    expect(taxWithin(100, 1_300)).toBe(12)
    expect(taxWithin(-11_300, 1_300)).toBe(-1_300)
    expect(taxWithin(12_345, 0)).toBe(0)
  })

  it('太大的金额被拒绝', () => {
    expect(() => lineAmount({ qtyMilli: 1_000_000_000_000, priceFen: 2 ** 40, discountBp: 0 })).toThrow(RangeError)
  })
})

describe('整单', () => {
  it('整单优惠按金额分摊,分不尽的给余数最大的行', () => {
    const line = { qtyMilli: 1_000, priceFen: 100, discountBp: 0, taxRateBp: 0 }
    const totals = documentTotals([line, line, line], 100)
    expect(totals.lines.map(({ amountFen }) => amountFen)).toEqual([66, 67, 67])
    expect(totals.amountFen).toBe(200)
  })

  it('优惠多于金额被拒绝', () => {
    expect(() => documentTotals([{ qtyMilli: 1_000, priceFen: 100, discountBp: 0, taxRateBp: 0 }], 101)).toThrow()
  })

  it('任意单据:各行相加正好是总额,税额也是', () => {
    const pick = random(20_261_122)
    for (let n = 0; n < 500; n++) {
      const lines = Array.from({ length: 1 + pick(12) }, () => ({
        qtyMilli: 1 + pick(5_000_000),
        priceFen: pick(10_000_000),
        discountBp: pick(10_001),
        taxRateBp: [0, 100, 300, 600, 900, 1_300][pick(6)]!,
      }))
      const sum = documentTotals(lines).amountFen
      const discountFen = sum === 0 ? 0 : pick(sum + 1)
      const totals = documentTotals(lines, discountFen)
      const add = (of: 'amountFen' | 'taxFen') => totals.lines.reduce((a, line) => a + line[of], 0)
      expect(add('amountFen')).toBe(totals.amountFen)
      expect(add('taxFen')).toBe(totals.taxFen)
      expect(totals.amountFen).toBe(sum - discountFen)
      expect(totals.lines.every(({ amountFen }) => amountFen >= 0)).toBe(true)
    }
  })

  it('成交数量:退回的减掉,补交的加回来,超交退回的不减', () => {
    const bought = (deliveredMilli: number, returnedMilli: number) =>
      boughtMilli({ qtyMilli: 10_000, deliveredMilli, returnedMilli })
    expect(bought(0, 0)).toBe(10_000)
    expect(bought(6_000, 2_000)).toBe(8_000)
    expect(bought(10_000, 10_000)).toBe(0)
    expect(bought(20_000, 10_000)).toBe(10_000)
    expect([bought(11_000, 0), bought(11_000, 1_000), bought(11_000, 3_000)]).toEqual([10_000, 10_000, 8_000])
  })

  it('分批交货的各批金额相加正好是整行', () => {
    const pick = random(7)
    for (let n = 0; n < 200; n++) {
      const [amountFen, qtyMilli] = [pick(10_000_000), 1 + pick(100_000)]
      let [handed, sum] = [0, 0]
      while (handed < qtyMilli) {
        const upTo = Math.min(qtyMilli, handed + 1 + pick(qtyMilli))
        sum += partOfLine(amountFen, upTo, qtyMilli) - partOfLine(amountFen, handed, qtyMilli)
        handed = upTo
      }
      expect(sum).toBe(amountFen)
    }
  })
})
