import { describe, expect, it } from 'vitest'
import { decodeText } from './decodeText.ts'

/** 名称,代码 / 平安银行,000001 / 一一,一 in GB18030. */
const GB18030 = Buffer.concat([
  Buffer.from('c3fbb3c62cb4fac2eb0d0a', 'hex'),
  Buffer.from('c6bdb0b2d2f8d0d02c3030303030310d0a', 'hex'),
  Buffer.from('d2bbd2bb2cd2bb0d0a', 'hex'),
])
const TEXT = '名称,代码\r\n平安银行,000001\r\n一一,一\r\n'
const le = (text: string) => Buffer.from(text, 'utf16le')
const be = (text: string) => le(text).swap16()

describe('文字编码', () => {
  it.each([
    ['utf-8', Buffer.from(TEXT)],
    ['utf-8', Buffer.from(`\uFEFF${TEXT}`)],
    ['gb18030', GB18030],
    ['utf-16le', le(`\uFEFF${TEXT}`)],
    ['utf-16be', be(`\uFEFF${TEXT}`)],
    ['utf-16le', le(TEXT)],
    ['utf-16be', be(TEXT)],
  ])('%s 读出同样的文字', (encoding, bytes) => {
    expect(decodeText(bytes)).toEqual({ encoding, text: TEXT })
  })

  it('GB18030 四字节的生僻字读得对', () => {
    expect(decodeText(Buffer.from('d0d5c3fb0a9532823695328236', 'hex'))).toMatchObject({ text: '姓名\n𠀀𠀀' })
  })

  it('坏了一个字的 UTF-8 被拒绝并指出行号,不会整篇变成乱码', () => {
    const bytes = Buffer.from(`${TEXT}深圳市振业集团股份有限公司,000006`)
    bytes[bytes.indexOf('振') + 1] = 0x41
    expect(() => decodeText(bytes)).toThrow('第 4 行有无法识别的文字')
  })

  it('哪种编码都不合的文件被拒绝', () => {
    expect(() => decodeText(Buffer.concat([GB18030, Buffer.from([0xff, 0xff, 0x0a])]))).toThrow('第 4 行')
  })

  it('含空字节的 CSV 被拒绝', () => {
    expect(() => decodeText(Buffer.from('名称,电话\n甲\0,1\n'))).toThrow('空字节')
  })
})
