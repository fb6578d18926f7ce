import { describe, expect, it } from 'vitest'
import { foldForSearch, queryTokens, rowTokens } from './searchTokens.ts'

const row = {
  texts: ['平安银行股份有限公司', '万  科Ａ', 'KH202611-0042', '000001', '3M', '𠮷野家', 'カメラ'],
  initials: 'payhgfyxgs paxhgfyxgs',
  digits: ['13800132041', '075528781234'],
}
const tokens = new Set(rowTokens(row).split(' '))
const found = (query: string) => {
  const asked = queryTokens(query)
  return asked.length > 0 && asked.every((token) => tokens.has(token))
}

describe('搜索词元', () => {
  it.each([
    '平',
    '平安',
    '安银行',
    '平安银行股份有限公司',
    'p',
    'pa',
    'payh',
    'PAYH',
    'paxh',
    'xgs',
    '000001',
    '0001',
    'KH202611-0042',
    'kh2026',
    '0042',
    '11-00',
    '3M',
    '3m',
    'm',
    '万',
    '科Ａ',
    '科a',
    '𠮷',
    '𠮷野',
    '138',
    '0013',
    '13800132041',
    '075528',
    '２０４１',
    'ｐａｙｈ',
    'カメラ',
    'メ',
    '平安 payh 2041',
  ])('找得到 %s', (query) => expect(found(query)).toBe(true))
  it.each(['', ' ', '%', '_', '"', "'", '*', '%%', '招商', 'zsyh', '99', '139', '安平', 'ah'])('不会误中 %j', (query) =>
    expect(found(query)).toBe(false),
  )

  it('看不见的字符和变音符号不切断词', () => {
    expect(queryTokens('华\u200d为')).toEqual(['华为'])
    expect(queryTokens('x\u0302y')).toEqual(['xy'])
  })
  it('整号是一个词元: 看不到号码的人只能凭整号找', () => expect(tokens.has('13800132041')).toBe(true))
  it('两条拼法之间不连成词', () => expect(tokens.has('spa')).toBe(false))
  it('没有空词元', () => expect(rowTokens({ texts: [''], initials: '', digits: [''] })).toBe(''))
  it('同一行里每个词元一次', () => expect(rowTokens(row).split(' ')).toHaveLength(tokens.size))
  it('长的查询只看前六十四个字', () => expect(queryTokens('银'.repeat(63) + '行平安').join()).toBe('银银,银行'))

  it('只有小写字母、数字和文字,两种数据库都不会再切开', () => {
    const strange = [
      'Ａ-Ｂ',
      'İstanbul',
      'STRASSE ß',
      'Σίσυφος',
      'e\u0301\u0302',
      '👨‍👩‍👧',
      'a\'b"c',
      'x\u202ey',
      '①②',
      '一〇一',
      '½',
      '㈱',
      '\u{30000}\u{2a6d6}',
      'ﷺ',
    ]
    for (const token of [
      ...rowTokens({ texts: strange, initials: '', digits: [] }).split(' '),
      ...queryTokens(strange.join(' ')),
    ]) {
      expect(token).toMatch(/^[\p{L}0-9〇]+$/u)
      expect(foldForSearch(token)).toBe(token)
    }
  })
  it('任何片段都由写入的词元覆盖', () => {
    const missed: string[] = []
    for (const text of row.texts) {
      const chars = [...text]
      for (let from = 0; from < chars.length; from++) {
        for (let to = from + 1; to <= chars.length; to++) {
          missed.push(...queryTokens(chars.slice(from, to).join('')).filter((token) => !tokens.has(token)))
        }
      }
    }
    expect(missed).toEqual([])
  })
  it('五万字不慢', () => {
    const startedAt = Date.now()
    for (const run of ['a'.repeat(50_000) + '!', ' '.repeat(50_000) + '!', '行'.repeat(50_000)]) {
      queryTokens(run)
      rowTokens({ texts: [run], initials: '', digits: [] })
    }
    expect(Date.now() - startedAt).toBeLessThan(300)
  })
})
