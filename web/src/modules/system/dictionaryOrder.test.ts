import { describe, expect, it } from 'vitest'
import { moved, nextPosition } from './dictionaryOrder'

const items = (...positions: number[]) => positions.map((position, at) => ({ id: at + 1, position }))
const ids = (order: readonly { id: number }[]) => order.map(({ id }) => id)

describe('基础资料的次序', () => {
  it('上移只交换相邻两项的次序', () => {
    const { order, changes } = moved(items(10, 20, 30), 3, -1)
    expect(ids(order)).toEqual([1, 3, 2])
    expect(changes.map(({ item, position }) => [item.id, position])).toEqual([
      [3, 20],
      [2, 30],
    ])
  })
  it('次序相同的项移动后各有各的次序', () => {
    const { order, changes } = moved(items(10, 1000, 1000), 2, 1)
    expect(ids(order)).toEqual([1, 3, 2])
    expect(changes.map(({ item, position }) => [item.id, position])).toEqual([
      [3, 20],
      [2, 30],
    ])
  })
  it('第一项不能再上移,最后一项不能再下移', () => {
    expect(moved(items(10, 20), 1, -1).changes).toEqual([])
    expect(moved(items(10, 20), 2, 1).changes).toEqual([])
  })
  it('新的一项排在最后', () => {
    expect(nextPosition(items(10, 20))).toBe(30)
    expect(nextPosition([])).toBe(10)
  })
})
