import { nameKey, SIMILAR_FROM, similarity } from '@crm/shared/rules/nameKey'
import { describe, expect, it } from 'vitest'
import { similarPairs, together } from './similar.ts'

const CITIES = ['上海', '深圳', '北京', '杭州', '青岛', '苏州', '成都', '天津']
const WORDS = ['振业', '申诺', '华润', '海天', '鸿运', '立德', '中原', '新光', '三联', '精锐', '博大', '恒通']
const TRADES = ['机械', '电子', '贸易', '精密仪器', '食品', '化工', '医疗器械', '物流']
/** The same ones at each run. */
function names(count: number): string[] {
  let seed = 7
  const next = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n
  const pick = (list: readonly string[]) => list[next(list.length)]!
  return Array.from({ length: count }, (_, n) => `${pick(CITIES)}${pick(WORDS)}${pick(TRADES)}第${n % 9}分公司`)
}

describe('相似名称', () => {
  it('与逐对比较的结果完全一样', () => {
    const keys = [...new Set(names(600).map(nameKey))]
    const slow: string[] = []
    for (let b = 0; b < keys.length; b++)
      for (let a = 0; a < b; a++) if (similarity(keys[a]!, keys[b]!) >= SIMILAR_FROM) slow.push(`${a} ${b}`)
    expect(slow.length).toBeGreaterThan(20)
    const fast = similarPairs(keys).map(([a, b]) => (a < b ? `${a} ${b}` : `${b} ${a}`))
    expect(fast.toSorted()).toEqual(slow.toSorted())
  })

  it('太短的名称不比;重复的字也数得对', () => {
    expect(similarPairs(['上海', '上海a', '上海'])).toEqual([])
    expect(similarPairs(['哈哈哈哈哈哈', '哈哈哈哈哈'])).toHaveLength(1)
    expect(similarPairs(['哈哈哈哈哈哈哈哈', '哈哈哈哈'])).toHaveLength(0)
  })

  it('经由第三家相似的归为一组', () => {
    expect(
      together([
        [0, 1],
        [3, 4],
        [1, 2],
      ]),
    ).toEqual([
      [0, 1, 2],
      [3, 4],
    ])
    expect(together([])).toEqual([])
  })
})
