import { describe, expect, it } from 'vitest'
import { type Customer, differing, fieldsOf, suggested } from './mergeChoices'

const row = (id: number, updatedAt: string, facts: object) =>
  ({ id, version: 1, updatedAt, name: '甲', number: `KH${id}`, tagIds: [], ...facts }) as unknown as Customer
const old = row(1, '2026-01-01T00:00:00.000Z', { phone: '1', email: 'old@x.cn', ownerId: 5, tagIds: [1] })
const fresh = row(2, '2026-02-01T00:00:00.000Z', { phone: '2', email: null, ownerId: null, tagIds: [2] })
const pair = [old, fresh] as const

describe('合并时先取哪一条的值', () => {
  it('只列不同的,标签不用选', () => {
    expect(differing(pair).map(({ key }) => key)).toEqual(['number', 'phone', 'email', 'ownerId'])
  })
  it('取较新的;较新的空着就取较旧的', () => {
    expect(suggested(pair, 'phone', 1)).toBe(2)
    expect(suggested(pair, 'email', 2)).toBe(1)
  })
  it('编号和负责人跟着保留的一条', () => {
    expect(suggested(pair, 'number', 1)).toBe(1)
    expect(suggested(pair, 'number', 2)).toBe(2)
    expect(suggested(pair, 'ownerId', 2)).toBe(1)
  })
  it('信用额度先取较低的,空着是不限', () => {
    const [limited, free] = [row(1, old.updatedAt, { creditFen: 100 }), row(2, fresh.updatedAt, { creditFen: null })]
    expect(suggested([limited!, free!], 'creditFen', 2)).toBe(1)
    expect(suggested([free!, limited!], 'creditFen', 2)).toBe(1)
  })
  it('换了保留的一条,选过的值不变', () => {
    expect(fieldsOf(pair, { phone: 1 }, 1)).toMatchObject({ phone: 'this', email: 'this', number: 'this' })
    expect(fieldsOf(pair, { phone: 1 }, 2)).toMatchObject({ phone: 'other', email: 'other', number: 'this' })
  })
})
