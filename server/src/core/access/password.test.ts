import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'

describe('密码', () => {
  it('存的是 argon2id 的 PHC 字串,同一密码两次不同', async () => {
    const [one, two] = await Promise.all([hashPassword('密码🙂 一二三'), hashPassword('密码🙂 一二三')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(two).not.toBe(one)
  })

  it('对得上的才算,差一个字节也不算,不截断长密码', async () => {
    const long = '密'.repeat(127)
    const stored = await hashPassword(`${long}a`)
    expect(await verifyPassword(`${long}a`, stored)).toBe(true)
    expect(await verifyPassword(`${long}b`, stored)).toBe(false)
    expect(await verifyPassword(long, stored)).toBe(false)
    expect(await verifyPassword(`${long}a\0`, stored)).toBe(false)
  })

  it('没有这个人时也算一遍,永远不对', async () => {
    expect(await verifyPassword('', null)).toBe(false)
    expect(await verifyPassword('anything', null)).toBe(false)
  })

  it('认得 argon2 参考实现的结果', async () => {
    // argon2 command line of the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1
    const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await verifyPassword('password', reference)).toBe(true)
  })
})
