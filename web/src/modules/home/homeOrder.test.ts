import { describe, expect, it } from 'vitest'
import { inOrder, moved } from './homeOrder'

const blocks = ['today', 'overdue', 'silent', 'feedback'].map((key) => ({ key }))
const keys = (order: string[]) => inOrder(blocks, order).map(({ key }) => key)

describe('区块的次序', () => {
  it('没动过的照原样,动过的按自己的', () => {
    expect(keys([])).toEqual(['today', 'overdue', 'silent', 'feedback'])
    expect(keys(['feedback', 'silent', 'overdue', 'today'])).toEqual(['feedback', 'silent', 'overdue', 'today'])
  })

  it('新出现的区块不挤掉别的,已经没有的不碍事', () => {
    expect(keys(['silent', 'gone', 'today'])).toEqual(['silent', 'today', 'overdue', 'feedback'])
  })

  it('上移、下移一格,到头就不动', () => {
    expect(moved(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 'b', 1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
    expect(moved(['a', 'b', 'c'], 'x', 1)).toEqual(['a', 'b', 'c'])
  })
})
