import { describe, expect, it } from 'vitest'
import { changedKeys, isSame, merge } from './formMerge'

const keys = ['name', 'level', 'notes', 'tagIds']
const base = { name: '申诺机械', level: 'A', notes: null, tagIds: [1, 2] }

describe('改了什么', () => {
  it('空文字、空值和没有填是一回事', () => {
    expect(changedKeys(keys, base, { ...base, notes: '' })).toEqual([])
    expect(isSame(undefined, null)).toBe(true)
    expect(isSame(0, null)).toBe(false)
    expect(isSame(false, null)).toBe(false)
  })
  it('标签换了次序不算改动,换了内容才算', () => {
    expect(changedKeys(keys, base, { ...base, tagIds: [2, 1] })).toEqual([])
    expect(changedKeys(keys, base, { ...base, tagIds: [2, 3] })).toEqual(['tagIds'])
  })
  it('嵌套的首要联系人按内容比较', () => {
    expect(isSame({ name: '王', mobile: '' }, { name: '王', mobile: null })).toBe(true)
    expect(isSame({ name: '王' }, { name: '李' })).toBe(false)
  })
})

describe('两人同时修改', () => {
  it('改的不是同一项就各自保留', () => {
    const { merged, conflicts } = merge(keys, base, { ...base, level: 'B' }, { ...base, notes: '月底回访' })
    expect(conflicts).toEqual([])
    expect(merged).toEqual({ name: '申诺机械', level: 'B', notes: '月底回访', tagIds: [1, 2] })
  })
  it('同一项改成不同的值要由人选,先留我的', () => {
    const { merged, conflicts } = merge(keys, base, { ...base, level: 'B' }, { ...base, level: 'C' })
    expect(conflicts).toEqual([{ key: 'level', base: 'A', mine: 'B', theirs: 'C' }])
    expect(merged['level']).toBe('B')
  })
  it('两人改成一样的值不算冲突', () => {
    expect(merge(keys, base, { ...base, level: 'B' }, { ...base, level: 'B' }).conflicts).toEqual([])
  })
})
