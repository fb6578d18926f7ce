import { describe, expect, it } from 'vitest'
import { placeIn } from './walk'

const walk = { url: '/customers?page=2', ids: [7, 9, 4], before: 50, total: 1284, totalCapped: false }

describe('上一条与下一条', () => {
  it('位置从整个列表的第一条数起', () => {
    expect(placeIn(walk, 9)).toEqual({ position: 52, previous: 7, next: 4 })
    expect(placeIn(walk, 7)?.previous).toBeNull()
    expect(placeIn(walk, 4)?.next).toBeNull()
  })
  it('不是从列表打开的就没有', () => {
    expect(placeIn(walk, 1)).toBeNull()
    expect(placeIn(null, 9)).toBeNull()
  })
})
