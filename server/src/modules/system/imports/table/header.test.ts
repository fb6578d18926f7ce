import { describe, expect, it } from 'vitest'
import { findHeader, headerKey, headerText, nameColumns } from './header.ts'

const rows = (...lines: string[][]) => lines.map((cells, at) => ({ number: at + 1, cells }))
const NONE = new Set<number>()

describe('表头', () => {
  it('汉字旁的空白去掉,英文单词间留一个', () => {
    expect(headerText(' 省    份 ')).toBe('省份')
    expect(headerText('B股 简 称')).toBe('B股简称')
    expect(headerText('联系\n电话')).toBe('联系电话')
    expect(headerText('地\u3000址')).toBe('地址')
    expect(headerText('Full   Name')).toBe('Full Name')
  })

  it('比较时不看空白、全角和大小写', () => {
    expect(headerKey('省    份')).toBe(headerKey('省份'))
    expect(headerKey('Ｅ-Mail ')).toBe(headerKey('e-mail'))
  })

  it('重名的列加上 2、3,没有名字的列叫列N', () => {
    expect(nameColumns(['电话', '', '电 话', '电话'])).toEqual(['电话', '列2', '电话2', '电话3'])
    expect(nameColumns(['电话', '电话', '电话2'])).toEqual(['电话', '电话3', '电话2'])
  })

  it('__proto__ 之类的名字只是名字', () => {
    expect(nameColumns(['__proto__', 'constructor', '__proto__'])).toEqual(['__proto__', 'constructor', '__proto__2'])
  })

  it('跳过只有一个格子的标题行和说明行', () => {
    expect(findHeader(rows(['客户名单'], ['名称', '电话'], ['甲', '1']), NONE)).toBe(1)
    expect(findHeader(rows(['客户名单'], ['导出于 2026 年'], ['名称', '电话', '地址']), NONE)).toBe(2)
    expect(findHeader(rows(['客户名单', '', ''], ['', '单位:元'], ['名称', '金额']), new Set([1]))).toBe(2)
  })

  it('只有一列的名单不会被当成标题', () => {
    expect(findHeader(rows(['名称'], ['甲'], ['乙'], ['丙']), NONE)).toBe(0)
    expect(findHeader(rows(['名称'], ['甲'], ['乙', '备注']), NONE)).toBe(0)
  })
})
