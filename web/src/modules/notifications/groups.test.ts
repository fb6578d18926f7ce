import type { NoticeRow } from '@crm/shared/contract/notifications'
import { describe, expect, it } from 'vitest'
import { groupNotices } from './groups'

const row = (id: number, customerId: number | null, customerName: string | null): NoticeRow => ({
  id,
  kind: 'system',
  title: `第${id}条`,
  body: null,
  link: null,
  customerId,
  customerName,
  createdAt: '2026-11-22T01:00:00.000Z',
  readAt: null,
  desktop: false,
})

describe('通知按客户归组', () => {
  it('最近有事的客户在前,组内新的在前;没有客户的和看不到的客户归在最后', () => {
    const groups = groupNotices([
      row(6, null, null),
      row(5, 2, '乙'),
      row(4, 1, '甲'),
      row(3, 3, null),
      row(2, 2, '乙'),
      row(1, 1, '甲'),
    ])
    expect(groups.map(({ items, name }) => [name, items.map(({ id }) => id)])).toEqual([
      ['乙', [5, 2]],
      ['甲', [4, 1]],
      [null, [6, 3]],
    ])
  })

  it('一条没有时没有组', () => expect(groupNotices([])).toEqual([]))
})
