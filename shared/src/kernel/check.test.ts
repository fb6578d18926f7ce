import { describe, expect, it } from 'vitest'
import { check } from '../formats.ts'
import { integer, money, quantity, rate } from './field.ts'

const said = (field: Parameters<typeof check>[0][string], value: number) => {
  const checked = check({ field }, { field: value })
  return checked.ok ? null : checked.errors[0]!.message
}

describe('数的上下限', () => {
  it('用人写数的单位说:元、件、百分数,不是系统里存的分、千分之一、万分之一', () => {
    expect(said(money({ label: '金额', min: 1_000 }), 999)).toBe('金额不能小于 10')
    expect(said(money({ label: '金额', max: 123_450 }), 123_451)).toBe('金额不能大于 1,234.50')
    expect(said(quantity({ label: '数量', min: 500 }), 499)).toBe('数量不能小于 0.5')
    expect(said(rate({ label: '折扣', max: 10_000 }), 10_100)).toBe('折扣不能大于 100%')
    expect(said(integer({ label: '账期天数', max: 720 }), 721)).toBe('账期天数不能大于 720')
  })
  it('最小的一分、千分之一件,说成大于 0', () => {
    expect(said(money({ label: '金额', min: 1 }), 0)).toBe('金额应大于 0')
    expect(said(quantity({ label: '数量', min: 1 }), -3_000)).toBe('数量应大于 0')
    expect(said(integer({ label: '份数', min: 1 }), 0)).toBe('份数不能小于 1')
  })
})
