import { describe, expect, it } from 'vitest'
import { expiryOf, stepAt } from './contractExpiry.ts'

const today = '2026-11-22'

describe('合同到期', () => {
  it('结束日当天还没到期,第二天起是已到期;30 天以内是即将到期', () => {
    const at = (endOn: string | null) => expiryOf({ state: 'active', endOn }, today)
    expect(['2026-11-21', '2026-11-22', '2026-12-22', '2026-12-23', null].map(at)).toEqual([
      'expired',
      'soon',
      'soon',
      null,
      null,
    ])
  })

  it('草稿、完成、归档、作废的不会到期', () => {
    for (const state of ['draft', 'approving', 'completed', 'archived', 'void'] as const)
      expect(expiryOf({ state, endOn: '2026-01-01' }, today)).toBeNull()
    expect(expiryOf({ state: 'pending', endOn: '2026-01-01' }, today)).toBe('expired')
  })

  it('提前 30、7、0 天各提醒一次:停机错过的补最近的一步', () => {
    expect([31, 30, 29, 8, 7, 3, 1, 0, -1].map(stepAt)).toEqual([null, 30, 30, 30, 7, 7, 7, 0, null])
  })
})
