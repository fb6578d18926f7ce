import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import { integer, quantity, rate } from '@crm/shared/kernel/field'
import { describe, expect, it } from 'vitest'
import { cellValue, isNothing } from './cellValue.ts'
import { phonesIn } from './phones.ts'

const { creditFen, name, status, terms, termsDays } = customer.fields
const { birthday, isPrimary } = contact.fields
const value = (field: Parameters<typeof cellValue>[0], text: string) => {
  const reading = cellValue(field, text)
  return 'value' in reading ? reading.value : reading.problem
}

describe('格子里的文字', () => {
  it.each(['12,345.60', '12345.6', '￥12345.60', '１２３４５.６０', '1.23456万'])('金额 %s', (text) =>
    expect(value(creditFen, text)).toBe(1_234_560),
  )
  it.each(['2024-01-05', '2024/1/5', '2024年1月5日', '20240105', '2024-01-05 14:30:00'])('日期 %s', (text) =>
    expect(value(birthday, text)).toBe('2024-01-05'),
  )
  it('整数不取整、不猜', () => {
    expect(value(termsDays, '1,200')).toBe(1200)
    expect(value(termsDays, '30.0')).toBe(30)
    expect(value(termsDays, '30.5')).toBe('账期天数应为整数,而不是“30.5”')
    expect(value(termsDays, '1e3')).toBe('账期天数应为整数,而不是“1e3”')
    expect(value(integer({ label: '数' }), '9999999999999999')).toContain('应为整数')
  })
  it('数量三位小数,百分数到基点', () => {
    expect(value(quantity({ label: '数量' }), '1.5')).toBe(1500)
    expect(value(quantity({ label: '数量' }), '-0.001')).toBe(-1)
    expect(value(rate({ label: '税率' }), '13%')).toBe(1300)
    expect(value(rate({ label: '税率' }), '0.005')).toContain('应为百分数')
  })
  it('不到百分之一的百分数要写明 %:0.13 的税率多半是 13%,不猜', () => {
    expect(value(rate({ label: '税率' }), '0.13')).toBe('税率应为百分数,例如 13%,而不是“0.13”')
    expect(value(rate({ label: '税率' }), '0.5%')).toBe(50)
    expect(value(rate({ label: '税率' }), '13')).toBe(1300)
    expect(value(rate({ label: '税率' }), '0')).toBe(0)
  })
  it('是与否的几种写法', () => {
    for (const text of ['是', 'Y', 'yes', '1', 'TRUE', '√']) expect(value(isPrimary, text)).toBe(true)
    for (const text of ['否', 'n', '0', 'false']) expect(value(isPrimary, text)).toBe(false)
    expect(value(isPrimary, '也许')).toContain('应为“是”或“否”')
  })
  it('选项按名称或代码,空格和大小写不计', () => {
    expect(value(status, '跟 进 中')).toBe('active')
    expect(value(terms, 'NET')).toBe('net')
    expect(value(status, 'toString')).toContain('没有“toString”这一项')
  })
  it('单行的栏里,换行和制表符是空格', () => expect(value(name, '甲\r\n乙\t丙')).toBe('甲 乙 丙'))
  it('表示没有的记号', () => {
    for (const text of ['-', '—', '——', '/', '无', 'N/A', '－']) expect(isNothing(text)).toBe(true)
    for (const text of ['无锡', '-5', '0', '张']) expect(isNothing(text)).toBe(false)
  })
})

describe('一格里的电话', () => {
  it.each([
    ['0755-28780808转801', ['0755-28780808转801'], []],
    ['010-88087733;95030', ['010-88087733', '95030'], []],
    ['010-60606666；010-60642355、4001005678', ['010-60606666', '010-60642355', '4001005678'], []],
    ['13800138000 13900139000', ['13800138000', '13900139000'], []],
    ['13800138000/13800138000', ['13800138000'], []],
    ['13800138000;找老王', ['13800138000'], ['找老王']],
    ['找老王', [], ['找老王']],
  ])('%s', (text, phones, others) => expect(phonesIn(text)).toEqual({ phones, others }))
})
