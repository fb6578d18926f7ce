import { describe, expect, it } from 'vitest'
import { cleanWebsite, websiteLinks } from './website.ts'

describe('公司网址', () => {
  it.each([
    'www.vanke.com',
    'bank.pingan.com',
    'http://a.cn',
    'https://www.oracle.com/cn/',
    'HTTPS://A.CN',
    'a.cn:8080/x?y=1&z=%20#k',
    '192.168.1.10:8080',
    'www.高乐股份.com',
    'https://a.cn/招聘',
  ])('%s', (text) => expect(cleanWebsite(text)).toBe(text))
  it('去空白、转半角', () => expect(cleanWebsite('　ｗｗｗ.vanke.com ')).toBe('www.vanke.com'))
  it('一格里写了两个', () => {
    expect(cleanWebsite('www.a.cn, www.b.cn')).toBe('www.a.cn、www.b.cn')
    expect(cleanWebsite('www.a.cn、javascript:alert(1)')).toBeNull()
  })
  it.each([
    '',
    '-',
    '无',
    'vanke',
    'localhost',
    'javascript:alert(1)',
    'JavaScript://a.cn/%0aalert(1)',
    'data:text/html,x',
    'ftp://a.cn',
    'file:///etc/passwd',
    '//a.cn',
    'http://',
    'http:///a.cn',
    'http://https://a.cn',
    'http://bank.com@evil.cn',
    'a.cn:0',
    'a.cn:99999',
    'a.cn:',
    'a..cn',
    '.a.cn',
    '-a.cn',
    'a-.cn',
    '1.2.3',
    '999.1.1.1',
    'a.cn/<script>',
    'a.cn/"x',
    'a_b.cn',
    `a.cn/${'a'.repeat(200)}`,
    `${'a'.repeat(64)}.cn`,
  ])('不行: %s', (text) => expect(cleanWebsite(text)).toBeNull())
  it('链接只有 http 和 https', () => {
    expect(websiteLinks('www.a.cn、https://b.cn/x')).toEqual([
      { text: 'www.a.cn', href: 'http://www.a.cn' },
      { text: 'https://b.cn/x', href: 'https://b.cn/x' },
    ])
    expect(websiteLinks('javascript:alert(1)')).toEqual([])
  })
  it('五万字不慢', () => {
    const startedAt = Date.now()
    for (const run of ['a'.repeat(50_000) + '!', ' '.repeat(50_000), 'a.'.repeat(25_000)]) cleanWebsite(run)
    expect(Date.now() - startedAt).toBeLessThan(100)
  })
})
