import { describe, expect, it } from 'vitest'
import { cleanText, codePoints, hasForbidden, toHalfWidth } from './text.ts'

describe('字数', () => {
  it.each([
    ['', 0],
    ['客户', 2],
    ['𠮷野家', 3],
    ['\u{30000}', 1],
    ['\ud800', 1],
    ['\ud800a\udc00', 3],
  ])('%j', (text, count) => expect(codePoints(text)).toBe(count))
})

describe('去掉两头的空白', () => {
  it.each([
    ['\u3000平安 银行\u00a0', '平安 银行'],
    ['\ufeff平安', '平安'],
    ['\u200b平安\u2060', '平安'],
    ['\n a\u3000b \t', 'a\u3000b'],
    ['   ', ''],
  ])('%j', (text, clean) => expect(cleanText(text)).toBe(clean))
  it('字形合成为一种写法', () => expect(cleanText('e\u0301')).toBe('\u00e9'))
  it('全角不动: 名称照原样存', () => expect(cleanText('万科Ａ')).toBe('万科Ａ'))
  it('表情中的连接符不动', () => expect(cleanText('👨‍👩‍👧')).toBe('👨‍👩‍👧'))
  it('五万个空白也不慢', () => {
    const startedAt = Date.now()
    cleanText(`${' '.repeat(50_000)}a${' '.repeat(50_000)}!${' '.repeat(50_000)}`)
    expect(Date.now() - startedAt).toBeLessThan(100)
  })
})

describe('不能存的字符', () => {
  it.each([
    '\0',
    'a\u0007',
    '\u007f',
    '\u0085',
    '\ud800',
    'a\udc00b',
    '\u202e',
    '\u2066',
    '\ufffe',
    '\u{1ffff}',
    '\ufdd0',
  ])('%j', (text) => {
    expect(hasForbidden(`平安${text}银行`)).toBe(true)
    expect(hasForbidden(`平安${text}银行`, true)).toBe(true)
  })
  it.each(['平安银行', '𠮷', '👨‍👩‍👧', 'é', '「」', '\u{30000}', '\u200d', '\ufffd', ''])('可以: %j', (text) =>
    expect(hasForbidden(text)).toBe(false),
  )
  it('换行和制表符只在长文本里可以', () => {
    expect(hasForbidden('一\r\n\t二')).toBe(true)
    expect(hasForbidden('一\r\n\t二', true)).toBe(false)
  })
})

describe('全角转半角', () => {
  it('字母、数字、符号、空格', () => expect(toHalfWidth('ＡＢ１２（３）　！～')).toBe('AB12(3) !~'))
  it('汉字和中文标点不动', () => expect(toHalfWidth('平安、银行。')).toBe('平安、银行。'))
})
