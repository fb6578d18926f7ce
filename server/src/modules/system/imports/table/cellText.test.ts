import { describe, expect, it } from 'vitest'
import { cellText, numberText } from './cellText.ts'

const number = (v: number, z?: string) => cellText({ t: 'n', v, ...(z && { z }) }, false)
const day = (iso: string, z = 'yyyy-mm-dd', date1904 = false) =>
  cellText({ t: 'd', v: new Date(iso), z }, date1904).text

describe('单元格读成人看到的文字', () => {
  it.each([
    [0.1 + 0.2, '0.3'],
    [1.0413926851582251, '1.04139268515823'],
    [12345.67, '12345.67'],
    [-5, '-5'],
    [-0, '0'],
    [123456789012345, '123456789012345'],
    [1e-7, '0.0000001'],
    [-1.5e-10, '-0.00000000015'],
    [1e21, '1000000000000000000000'],
    [1.2345e22, '12345000000000000000000'],
  ])('数字 %d 写成 %s,不出现指数和浮点尾数', (value, text) => {
    expect(numberText(value)).toBe(text)
  })

  it('超过 15 位的数字给出提醒,因为 Excel 已丢失末尾几位', () => {
    expect(number(110101199001011232).warning).toContain('15 位')
    expect(number(110101199001011232).text).toMatch(/^1101011990010112\d\d$/)
    expect(number(999999999999999).warning).toBeUndefined()
  })

  it('用格式补零的编号保留前面的零', () => {
    expect(number(1, '000000').text).toBe('000001')
    expect(number(42, '"KH"0000').text).toBe('KH0042')
    expect(number(5, '0.00').text).toBe('5')
    expect(number(1234, '#,##0').text).toBe('1234')
    expect(number(7, '[$¥-804]0').text).toBe('7')
  })

  it('百分数按看到的写,不带浮点尾数', () => {
    expect(number(0.07, '0%').text).toBe('7%')
    expect(number(0.1234, '0.00%').text).toBe('12.34%')
    expect(number(1.1, '0%').text).toBe('110%')
    expect(number(0.5, '0"%"').text).toBe('0.5')
  })

  it('日期写成年-月-日,不是零点时带上时间', () => {
    expect(day('2021-01-01T00:00:00Z')).toBe('2021-01-01')
    expect(day('2021-01-01T14:29:59.999Z')).toBe('2021-01-01 14:30:00')
    expect(day('1899-12-31T10:10:10Z', 'h:mm:ss')).toBe('10:10:10')
    expect(day('1904-01-01T10:10:10Z', 'h:mm:ss', true)).toBe('10:10:10')
  })

  it('累计小时按小时数写', () => {
    expect(day('1900-01-10T15:10:10Z', '[h]:mm:ss')).toBe('255:10:10')
    expect(day('1904-01-11T15:10:10Z', '[hh]:mm:ss', true)).toBe('255:10:10')
  })

  it('是否写成 是/否,错误值保留记号并提醒', () => {
    expect(cellText({ t: 'b', v: true }, false).text).toBe('是')
    expect(cellText({ t: 'b', v: false }, false).text).toBe('否')
    expect(cellText({ t: 'e', v: 42 }, false)).toMatchObject({ text: '#N/A', warning: expect.stringContaining('#N/A') })
    expect(cellText({ t: 'd', v: new Date(Number.NaN) }, false).text).toBe('#VALUE!')
    expect(cellText(undefined, false).text).toBe('')
  })
})
