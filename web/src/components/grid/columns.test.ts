import { describe, expect, it } from 'vitest'
import { ariaSort, clampWidth, nextSort, orderedBy } from './columns'

describe('列', () => {
  it('点标题依次是降序、升序、不排', () => {
    expect(nextSort('', 'name')).toBe('-name')
    expect(nextSort('-name', 'name')).toBe('name')
    expect(nextSort('name', 'name')).toBe('')
    expect(nextSort('-updatedAt', 'name')).toBe('-name')
    expect(ariaSort('-name', 'name')).toBe('descending')
  })
  it('用户排过的在前,新加的列跟在后面', () => {
    const columns = ['a', 'b', 'c', 'd'].map((key) => ({ key }))
    expect(orderedBy(columns, ['c', 'a']).map(({ key }) => key)).toEqual(['c', 'a', 'b', 'd'])
    expect(orderedBy(columns, []).map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd'])
  })
  it('列宽不会拖没,也不会拖出屏幕', () => {
    expect(clampWidth(3)).toBe(56)
    expect(clampWidth(9000)).toBe(640)
  })
})
