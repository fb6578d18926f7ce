import { describe, expect, it } from 'vitest'
import { cleanCreditCode, creditCodeProblem } from './creditCode.ts'

const REAL = [
  '914403001922038216',
  '91440300708461136T',
  '91440300192185379H',
  '91330100799655058B',
  '9144030071526726XG',
]

describe('统一社会信用代码', () => {
  it.each(REAL)('真代码 %s 通过', (code) => expect(creditCodeProblem(code)).toBeNull())
  it('小写、全角、空格和横线都认', () => {
    expect(creditCodeProblem('91440300708461136t')).toBeNull()
    expect(creditCodeProblem('９１４４０３００７０８４６１１３６Ｔ')).toBeNull()
    expect(cleanCreditCode(' 914403-00 708461136t　')).toBe('91440300708461136T')
  })
  it('输错任何一位都查得出', () => {
    const missed: string[] = []
    for (const code of REAL) {
      for (let at = 0; at < 18; at++) {
        const wrong = code.slice(0, at) + (code[at] === '7' ? '8' : '7') + code.slice(at + 1)
        if (creditCodeProblem(wrong) === null) missed.push(wrong)
      }
    }
    expect(missed).toEqual([])
  })
  it('相邻两位颠倒查得出', () => expect(creditCodeProblem('914403001922083216')).toContain('校验位'))
  it.each(['', '440301103097413', '9144030070846113', '91440300708461136TT', 'a'.repeat(50_000)])(
    '位数不对',
    (code) => {
      expect(creditCodeProblem(code)).toContain('18 位')
    },
  )
  it.each(['I', 'O', 'S', 'V', 'Z', '中', '*'])('不能含 %s', (char) => {
    expect(creditCodeProblem(`9144030070846113${char}T`)).toContain(`“${char}”`)
  })
})
