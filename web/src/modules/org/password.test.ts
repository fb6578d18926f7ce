import { describe, expect, it } from 'vitest'
import { randomPassword } from './password'

describe('生成的初始密码', () => {
  it('有 14 个字符,没有容易看错的 0 O 1 l I', () => {
    const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes)
    const made = Array.from({ length: 200 }, () => randomPassword(random))
    expect(made.every((text) => /^[a-zA-Z2-9]{14}$/.test(text))).toBe(true)
    expect(made.join('')).not.toMatch(/[0O1lI]/)
    expect(new Set(made).size).toBe(200)
  })
  it('每个字符机会均等:偏向前几个字符的随机数不用', () => {
    let call = 0
    const random = (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(call++ === 0 ? 255 : 1)
    expect(randomPassword(random)).toBe('b'.repeat(14))
  })
})
