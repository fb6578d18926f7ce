import { expect, it } from 'vitest'
import { shareBp } from './share.ts'

it('份额 = 我们交的 ÷ 客户实际用的;不知道用量的不是 0,退得比交得多的算 0', () => {
  expect(shareBp(30_000, 50_000)).toBe(6_000)
  expect(shareBp(1, 3)).toBe(3_333)
  expect(shareBp(60_000, 50_000)).toBe(12_000)
  expect(shareBp(0, 50_000)).toBe(0)
  expect(shareBp(-1_000, 50_000)).toBe(0)
  expect(shareBp(30_000, 0)).toBeNull()
})
