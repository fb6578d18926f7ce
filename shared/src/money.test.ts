import { describe, expect, it } from 'vitest'
import { formatYuan, MAX_FEN, mulFen, parseYuan, splitFen } from './money.ts'

/** Repeatable integers below `limit` (seeded, so a failure can be run again). */
function integers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

describe('读金额', () => {
  it.each([
    ['1,234.5', 123450],
    ['1，234.50', 123450],
    ['１２３', 12300],
    ['12万', 12_000_000],
    ['1.5万', 1_500_000],
    ['0.000001万', 1],
    ['2.5亿', 25_000_000_000],
    ['￥100', 10000],
    ['¥100', 10000],
    ['-￥5', -500],
    ['￥-5', -500],
    ['-5.00', -500],
    ['－5.00', -500],
    ['+5', 500],
    ['.5', 50],
    ['100元', 10000],
    [' 0.1\u3000', 10],
    ['19.99', 1999],
    ['1.15', 115],
    ['0', 0],
    ['007', 700],
    ['22517998136852.48', MAX_FEN],
  ])('%s', (text, fen) => expect(parseYuan(text)).toBe(fen))

  it.each([
    '',
    ' ',
    '-',
    '.',
    '￥',
    '元',
    '万',
    '1.',
    '0.001',
    '1.000',
    '1.2.3',
    '1,23',
    '12,34,567',
    ',123',
    '1,2345',
    '--5',
    '-￥-5',
    '1e5',
    '1e21',
    'NaN',
    'Infinity',
    '0x10',
    '1 234',
    '12万3',
    '0.0000001万',
    '22517998136852.49',
    '9007199254740993',
    '一百',
    '100美元',
    '$100',
    '1'.repeat(41),
  ])('不是金额: %s', (text) => expect(parseYuan(text)).toBeNull())

  it('负零就是零', () => expect(Object.is(parseYuan('-0.00'), 0)).toBe(true))
})

describe('写金额', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [-5, '-0.05'],
    [123450, '1,234.50'],
    [-100000000, '-1,000,000.00'],
    [99999, '999.99'],
    [MAX_FEN, '22,517,998,136,852.48'],
  ])('%d 分', (fen, text) => expect(formatYuan(fen)).toBe(text))

  it('导出时不要千分位', () => expect(formatYuan(123456789, { grouping: false })).toBe('1234567.89'))

  it.each([0.5, NaN, Infinity, MAX_FEN + 1, -MAX_FEN - 1])('%d 不是分,不印出来', (fen) => {
    expect(() => formatYuan(fen)).toThrow(RangeError)
  })

  it('写出来再读回来分文不差', () => {
    const next = integers(1)
    for (let round = 0; round < 2000; round++) {
      const fen = (next(2) ? 1 : -1) * next(10 ** (1 + next(15)))
      expect(parseYuan(formatYuan(fen))).toBe(fen + 0)
      expect(parseYuan(formatYuan(fen, { grouping: false }))).toBe(fen + 0)
    }
  })
})

describe('分摊', () => {
  it('一百元三等分,多出的一分归第一份', () => expect(splitFen(10000, [1, 1, 1])).toEqual([3334, 3333, 3333]))
  it('余数最大的先得', () => expect(splitFen(10, [2, 3, 4])).toEqual([2, 3, 5]))
  it('没有权重时平均分', () => expect(splitFen(5, [0, 0])).toEqual([3, 2]))
  it('权重为零的一份也不得', () => expect(splitFen(7, [0, 1, 0])).toEqual([0, 7, 0]))
  it('退款与付款对称', () => expect(splitFen(-10000, [1, 1, 1])).toEqual([-3334, -3333, -3333]))
  it('大数不丢一分', () => expect(splitFen(MAX_FEN, [MAX_FEN, MAX_FEN, 1])).toEqual([2 ** 50, 2 ** 50, 0]))
  it.each([[[]], [[-1, 2]], [[0.5]], [[NaN]]])('权重不合规: %j', (weights) => {
    expect(() => splitFen(100, weights)).toThrow(RangeError)
  })

  it('各份相加总等于原数,且与理论值相差不到一分', () => {
    const next = integers(2)
    for (let round = 0; round < 1000; round++) {
      const weights = Array.from({ length: 1 + next(9) }, () => next(1_000_000))
      weights[0]! += 1
      const total = (next(2) ? 1 : -1) * next(10 ** (1 + next(12)))
      const parts = splitFen(total, weights)
      const sum = weights.reduce((a, b) => a + b, 0)
      expect(parts.reduce((a, b) => a + b, 0)).toBe(total + 0)
      parts.forEach((part, index) => expect(Math.abs(part - (total * weights[index]!) / sum)).toBeLessThan(1.001))
    }
  })
})

describe('单价乘数量', () => {
  it('数量以千分之一计', () => expect(mulFen(1999, 2500)).toBe(4998)) // 4997.5
  it('恰好半分进一', () => expect(mulFen(1, 500)).toBe(1))
  it('不到半分舍去', () => expect(mulFen(1, 499)).toBe(0))
  it('退货与销售对称', () => expect(mulFen(1999, -2500)).toBe(-4998))
  it('乘积超出浮点精度仍精确', () => expect(mulFen(2_000_000_000_000_001, 1001)).toBe(2_002_000_000_000_001))
  it('零就是零', () => expect(Object.is(mulFen(-1, 100), 0)).toBe(true))
  it('超过上限就拒绝', () => expect(() => mulFen(MAX_FEN, 2000)).toThrow(RangeError))
  it('数量必须是整数个千分之一', () => expect(() => mulFen(100, 0.5)).toThrow(RangeError))
})
