import { describe, expect, it } from 'vitest'
import { nameKey, similarity, SIMILAR_FROM } from './nameKey.ts'

describe('名称查重键', () => {
  it.each([
    ['深圳市振业(集团)股份有限公司', '深圳市振业'],
    ['深圳市振业（集团）股份有限公司', '深圳市振业'],
    ['华为技术有限公司', '华为技术'],
    [' 华为 技术 有限责任公司 ', '华为技术'],
    ['万  科Ａ', '万科a'],
    ['ＴＣＬ科技集团股份有限公司', 'tcl科技'],
    ['阿里巴巴（中国）有限公司', '阿里巴巴中国'],
    ['Ping An Bank Co., Ltd.', 'pinganbankcoltd'],
    ['3M中国有限公司', '3m中国'],
    ['𠮷野家', '𠮷野家'],
    ['华为\u200d技术', '华为技术'],
  ])('%s', (name, key) => expect(nameKey(name)).toBe(key))

  it('分公司不是总公司', () => expect(nameKey('华为技术有限公司北京分公司')).not.toBe(nameKey('华为技术有限公司')))
  it('括号里的字保留: 两地公司不是一家', () =>
    expect(nameKey('腾讯(深圳)有限公司')).not.toBe(nameKey('腾讯(北京)有限公司')))
  it('去掉后缀就没字的,留全称', () => expect(nameKey('集团有限公司')).toBe('集团有限公司'))
  it('只有符号也有键', () => expect(nameKey(' !!! ')).toBe('!!!'))
  it('组合变音与预组合的是一个键', () => expect(nameKey('İ')).toBe(nameKey(nameKey('İ'))))
  it('五万字不慢', () => {
    const startedAt = Date.now()
    for (const run of [
      'a'.repeat(50_000) + '!',
      ' '.repeat(50_000) + '!',
      '集团'.repeat(25_000),
      '有限'.repeat(25_000),
    ])
      nameKey(run)
    expect(Date.now() - startedAt).toBeLessThan(400)
  })
})

describe('名称相似度', () => {
  it('一样是 1,毫不相干是 0', () => {
    expect(similarity('华为技术', '华为技术')).toBe(1)
    expect(similarity('华为技术', '平安银行')).toBe(0)
    expect(similarity('华', '为')).toBe(0)
    expect(similarity('', '')).toBe(1)
  })
  it('差一个字值得提醒', () =>
    expect(similarity('上海申诺机械设备', '上海申诺机械设')).toBeGreaterThanOrEqual(SIMILAR_FROM))
  it('只有地名相同不提醒', () => expect(similarity('上海申诺机械', '上海宏达贸易')).toBeLessThan(SIMILAR_FROM))
  it('重复的字对只算一次', () => expect(similarity('哈哈哈哈', '哈哈')).toBe(0.5))
  it('方向无关', () => expect(similarity('上海申诺', '申诺上海')).toBe(similarity('申诺上海', '上海申诺')))
})
