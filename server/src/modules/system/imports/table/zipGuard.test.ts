import { describe, expect, it } from 'vitest'
import { packedZeros, zipFile } from './testing/zipFile.ts'
import { inflatePart, listZip, refuseBomb } from './zipGuard.ts'

const only = (file: Buffer) => inflatePart(file, listZip(file)[0]!)
const MB = 1024 * 1024

describe('压缩包的守卫', () => {
  it('读出声明与内容相符的部件', () => {
    expect(only(zipFile([{ name: 'a.xml', content: '你好' }])).toString()).toBe('你好')
  })

  it('声明小、内容大的压缩包在解开时被截住,不占内存', () => {
    const file = zipFile([{ name: 'a.xml', content: 'x'.repeat(1000), packed: packedZeros(1000) }])
    expect(() => refuseBomb(listZip(file), 300 * MB)).not.toThrow()
    const before = process.resourceUsage().maxRSS
    expect(() => only(file)).toThrow('损坏')
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100 * 1024)
  })

  it('声明大、内容小的也被拒绝', () => {
    expect(() => only(zipFile([{ name: 'a.xml', content: 'abc', declaredBytes: 4 }]))).toThrow('损坏')
  })

  it('总量过大或压缩比离奇的被拒绝', () => {
    const huge = { name: 'a.xml', content: 'abc', declaredBytes: 20 * MB }
    expect(() => refuseBomb(listZip(zipFile([huge, { ...huge, name: 'b.xml' }])), 30 * MB)).toThrow('内容过大')
    expect(() => refuseBomb(listZip(zipFile([{ name: 'a.xml', content: Buffer.alloc(40 * MB) }])), 300 * MB)).toThrow(
      '内容过大',
    )
  })

  it('校验和不符、重名、截断、加密都被拒绝', () => {
    expect(() => only(zipFile([{ name: 'a.xml', content: 'abc', crc: 1 }]))).toThrow('损坏')
    const twice = [
      { name: 'xl/a.xml', content: 'x' },
      { name: 'XL\\A.xml', content: 'y' },
    ]
    expect(() => listZip(zipFile(twice))).toThrow('损坏')
    const whole = zipFile([{ name: 'a.xml', content: 'abc'.repeat(100) }])
    expect(() => listZip(whole.subarray(0, whole.length - 30))).toThrow('损坏')
    expect(() => listZip(whole.subarray(0, 10))).toThrow('损坏')
    expect(() => listZip(zipFile([{ name: 'a.xml', content: 'abc', flags: 1 }]))).toThrow('密码')
  })
})
