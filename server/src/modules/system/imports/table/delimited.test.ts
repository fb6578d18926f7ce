import { describe, expect, it } from 'vitest'
import { plainCell, readRecords, sniffDelimiter } from './delimited.ts'

const read = (text: string) => {
  const { delimiter, body } = sniffDelimiter(text)
  return [...readRecords(body, delimiter)]
}

describe('分隔文本', () => {
  it('引号里的逗号、引号和换行属于内容', () => {
    expect(read('名称,备注\r\n"甲,乙","他说""好""\r\n第二行"\r\n')).toEqual([
      ['名称', '备注'],
      ['甲,乙', '他说"好"\n第二行'],
    ])
  })

  it.each(['\n', '\r\n', '\r'])('认得各种换行 %j', (end) => {
    expect(read(`a,b${end}1,2${end}${end}3,4`)).toEqual([['a', 'b'], ['1', '2'], [''], ['3', '4']])
  })

  it('看内容选分隔符:制表符里有带逗号的数字,逗号里有分号', () => {
    expect(read('名称\t股本\n平安\t19,405,918,198\n万科\t9,724,196,533')[1]).toEqual(['平安', '19,405,918,198'])
    expect(read('名称,电话\n甲,400;800\n乙,010;021')[1]).toEqual(['甲', '400;800'])
    expect(read('名称;电话\n甲;1\n乙;2')[1]).toEqual(['甲', '1'])
    expect(read('客户名单\n名称;电话;地址\n甲;1;a,b\n乙;2;c')[1]).toEqual(['名称', '电话', '地址'])
    expect(read('sep=;\r\n名称;电话,手机\n甲;1,2')).toEqual([
      ['名称', '电话,手机'],
      ['甲', '1,2'],
    ])
  })

  it('没有成对的引号会被指出行号,不会吞掉后面的客户', () => {
    expect(() => read('名称,电话\n甲,1\n"乙,2\n丙,3\n')).toThrow('第 3 行的英文引号没有成对')
  })

  it('引号后还有文字照原样接上', () => {
    expect(read('名称,品牌\n甲,"大"字')[1]).toEqual(['甲', '大字'])
  })

  it('="000001" 去掉外壳,导出时加的单引号去掉一个', () => {
    expect(plainCell('="000001"')).toBe('000001')
    expect(plainCell("'=cmd|x")).toBe('=cmd|x')
    expect(plainCell("''=1")).toBe("'=1")
    expect(plainCell("'hello'")).toBe("'hello'")
    expect(plainCell('=1+1')).toBe('=1+1')
  })

  it('一行几百万个逗号被拒绝', () => {
    expect(() => read(`a,b\n${','.repeat(20_000)}`)).toThrow('16384 列')
  })
})
