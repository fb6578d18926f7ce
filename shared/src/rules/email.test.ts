import { describe, expect, it } from 'vitest'
import { emailKey, isEmail } from './email.ts'

describe('邮箱', () => {
  it.each([
    'a@b.cn',
    'li.si+crm@mail.example.com.cn',
    'no-reply@a-b.com',
    "o'neil@a.ie",
    '张三@例子.中国',
    '123456@qq.com',
    `${'a'.repeat(64)}@b.cn`,
  ])('%s', (text) => expect(isEmail(text)).toBe(true))
  it.each([
    '',
    'a',
    '@',
    'a@',
    '@b.cn',
    'a@b',
    'a@@b.cn',
    'a@b@c.cn',
    '.a@b.cn',
    'a.@b.cn',
    'a..b@c.cn',
    'a b@c.cn',
    'a@b..cn',
    'a@-b.cn',
    'a@b.cn ',
    '张三 <a@b.cn>',
    '"a"@b.cn',
    'a@b.cn\r\nBcc: x@y.cn',
    `${'a'.repeat(65)}@b.cn`,
    `a@${'b'.repeat(64)}.cn`,
    `a@${'b.'.repeat(130)}cn`,
  ])('不行: %j', (text) => expect(isEmail(text)).toBe(false))
  it('查重不分大小写和全半角', () => expect(emailKey('　Li.Si＠Example.COM ')).toBe('li.si@example.com'))
  it('不是邮箱没有键', () => expect(emailKey('李四')).toBeNull())
  it('五万字不慢', () => {
    const startedAt = Date.now()
    for (const run of [
      'a'.repeat(50_000) + '!',
      '@'.repeat(50_000),
      `a@${'a.'.repeat(25_000)}`,
      `a@${'-'.repeat(50_000)}`,
    ])
      isEmail(run)
    expect(Date.now() - startedAt).toBeLessThan(100)
  })
})
