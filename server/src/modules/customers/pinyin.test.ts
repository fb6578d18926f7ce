import { describe, expect, it } from 'vitest'
import { initials } from './pinyin.ts'

describe('公司名的拼音首字母', () => {
  it.each([
    ['平安银行股份有限公司', 'payhgfyxgs'],
    ['重庆长安', 'cqca'],
    ['厦门国贸', 'xmgm'],
    ['上海机械', 'shjx'],
    ['TCL科技', 'tclkj'],
    ['3M中国', '3mzg'],
    ['万  科Ａ', 'wka'],
    ['*ST国华(集团)', 'stghjt'],
    ['Nestlé雀巢', 'nestleqc'],
    ['某某单位', 'mmdw'],
  ])('%s', (name, first) => expect(initials(name, 'company').split(' ')[0]).toBe(first))

  it.each([
    ['重庆火锅', 'zqhg'],
    ['平安银行', 'payx'],
    ['长沙科技', 'zskj'],
    ['快乐数码', 'kysm'],
    ['厦门国贸', 'smgm'],
  ])('多音字的另一读音也能找到 %s', (name, other) => expect(initials(name, 'company').split(' ')).toContain(other))

  it('公司名里的万不读作 m', () => expect(initials('万科', 'company')).toBe('wk'))
  it('至多六种拼法,不重复,只有小写字母和数字', () => {
    const spellings = initials('重庆长安车行会行石盛乐', 'company').split(' ')
    expect(spellings).toHaveLength(6)
    expect(new Set(spellings).size).toBe(6)
    expect(spellings.every((spelling) => /^[a-z0-9]+$/.test(spelling))).toBe(true)
  })
  it.each(['', '!!!', '　', '😀'])('没有可读的字: %j', (name) => expect(initials(name, 'company')).toBe(''))
  it('没有读音的生僻字跳过', () => expect(initials('𠮷野家', 'company')).toBe('yj'))
  it('五万字不慢', () => {
    const startedAt = Date.now()
    initials('行'.repeat(50_000), 'company')
    expect(Date.now() - startedAt).toBeLessThan(200)
  })
})

describe('人名的拼音首字母', () => {
  it.each([
    ['单晓', 'sx'],
    ['曾国强', 'zgq'],
    ['万俟洛', 'mql'],
    ['欧阳娜', 'oyn'],
  ])('%s 按姓氏读', (name, first) => expect(initials(name, 'person').split(' ')[0]).toBe(first))
  it('姓氏的另一读音也能找到', () => expect(initials('单晓', 'person').split(' ')).toContain('dx'))
})
