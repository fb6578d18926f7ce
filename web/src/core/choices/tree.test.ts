import { describe, expect, it } from 'vitest'
import { pathOf, treeOf, underOf } from './tree'

const teams = [
  { id: 4, name: '华东二组', parentId: 1 },
  { id: 2, name: '华南', parentId: null },
  { id: 3, name: '华东一组', parentId: 1 },
  { id: 1, name: '华东', parentId: null },
  { id: 5, name: '外勤', parentId: 3 },
]

describe('部门树', () => {
  it('下级紧跟上级,同级按名称排', () => {
    const ids = treeOf(teams).map(({ id, depth }) => [id, depth])
    expect(ids.filter(([, depth]) => depth === 0)).toEqual([
      [1, 0],
      [2, 0],
    ])
    const at = (id: number) => ids.findIndex(([one]) => one === id)
    expect(at(5)).toBe(at(3) + 1)
    expect(at(3)).toBeGreaterThan(at(1))
    expect(at(2)).toBeGreaterThan(at(4))
    expect(ids[at(5)]).toEqual([5, 2])
  })
  it('上级看不见的部门排在最上层,绕成圈的数据也不会死循环', () => {
    expect(treeOf([{ id: 9, name: '孤儿', parentId: 77 }])).toEqual([{ id: 9, name: '孤儿', parentId: 77, depth: 0 }])
    const ring = [
      { id: 1, name: '甲', parentId: 2 },
      { id: 2, name: '乙', parentId: 1 },
    ]
    expect(treeOf(ring)).toEqual([])
    expect(pathOf(ring, 1)).toBe('乙 / 甲')
  })
  it('下属包括本部门和隔代的', () => {
    expect([...underOf(teams, 1)].sort()).toEqual([1, 3, 4, 5])
  })
  it('路径从最上级写起', () => {
    expect(pathOf(teams, 5)).toBe('华东 / 华东一组 / 外勤')
  })
})
