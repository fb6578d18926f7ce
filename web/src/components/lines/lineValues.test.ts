import { describe, expect, it } from 'vitest'
import { asLineValue, blankLine, isBlankLine, lineGross, liveTotals, pastedRows, typedCell } from './lineValues'

const line = (more: object = {}) => ({ ...blankLine(), name: '轴承', qtyMilli: 3_000, priceFen: 3_350, ...more })

describe('写明细时的合计', () => {
  it('与服务器同一算法;没写完的行不计,写错的不当作零', () => {
    expect(lineGross(line())).toBe(10_050)
    expect(lineGross(line({ discountBp: 500, qtyMilli: 1_500, priceFen: 67 }))).toBe(95)
    expect(lineGross(line({ qtyMilli: '三个' }))).toBeNull()
    expect(liveTotals([line(), line({ priceFen: null })], 50)).toEqual({
      grossFen: 10_050,
      amountFen: 10_000,
      taxFen: 1_150,
    })
    expect(liveTotals([line()], 10_051).amountFen).toBeNull()
  })

  it('空行就是什么都没填的行;存下的行可以再写', () => {
    expect(isBlankLine(blankLine())).toBe(true)
    expect(isBlankLine(line())).toBe(false)
    expect(asLineValue({ ...line(), id: 7, amountFen: 10_050 })).toEqual(line())
  })
})

describe('从 Excel 粘贴', () => {
  it('按行和列拆开;单个词照常粘贴到一格里', () => {
    expect(pastedRows('轴承\t6204\t个\t3\t33.50\r\n滚珠\t\t盒\t1.5\t0.67\r\n')).toEqual([
      ['轴承', '6204', '个', '3', '33.50'],
      ['滚珠', '', '盒', '1.5', '0.67'],
    ])
    expect(pastedRows('轴承')).toBeNull()
  })

  it('数量、金额、百分数、日期按人的写法读;读不懂的原样留着', () => {
    const typed = (kind: Parameters<typeof typedCell>[0], raw: string) => typedCell(kind, raw, 'Asia/Shanghai')
    expect([typed('quantity', '1,200.5'), typed('money', '12万'), typed('rate', '13%')]).toEqual([
      1_200_500, 12_000_000, 1_300,
    ])
    expect([typed('day', '2026/12/01'), typed('name', '  '), typed('quantity', '若干')]).toEqual([
      '2026-12-01',
      null,
      '若干',
    ])
  })
})
