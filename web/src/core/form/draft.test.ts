import { describe, expect, it } from 'vitest'
import { parseDraft } from './draft'

const DAY_MS = 86_400_000
const draft = { at: 1000, version: null, base: {}, values: { name: '申诺' } }

describe('未保存的内容', () => {
  it('七天内还在,之后作废', () => {
    expect(parseDraft(JSON.stringify(draft), 1000 + 7 * DAY_MS)).toEqual(draft)
    expect(parseDraft(JSON.stringify(draft), 1001 + 7 * DAY_MS)).toBeNull()
  })
  it('读不懂就当没有', () => {
    expect(parseDraft('{', 0)).toBeNull()
    expect(parseDraft('{}', 0)).toBeNull()
    expect(parseDraft(null, 0)).toBeNull()
  })
})
