import { describe, expect, it } from 'vitest'
import { dueDay, oldestFirst, openOf, receivableStatus } from './receivables.ts'

const owed = {
  amountFen: 10_000,
  receivedFen: 0,
  writtenOffFen: 0,
  activeOn: '2026-11-01',
  dueOn: '2026-11-22',
  voidedOn: null,
}
const TODAY = '2026-11-22'

describe('应收的状态', () => {
  it.each([
    ['pending', { activeOn: null, dueOn: null }],
    ['due', {}],
    ['partial', { receivedFen: 1 }],
    ['partial', { writtenOffFen: 1 }],
    ['overdue', { dueOn: '2026-11-21' }],
    ['overdue', { dueOn: '2026-11-21', receivedFen: 9_999 }],
    ['done', { receivedFen: 10_000, dueOn: '2026-11-21' }],
    ['done', { receivedFen: 4_000, writtenOffFen: 6_000 }],
    ['void', { voidedOn: '2026-11-20', dueOn: '2026-01-01' }],
  ] as const)('%s: %o', (status, more) => expect(receivableStatus({ ...owed, ...more }, TODAY)).toBe(status))

  it('未收是应收减已收减坏账;没生效或作废的没有未收', () => {
    expect(openOf({ ...owed, receivedFen: 3_000, writtenOffFen: 500 })).toBe(6_500)
    expect([openOf({ ...owed, activeOn: null }), openOf({ ...owed, voidedOn: TODAY })]).toEqual([0, 0])
  })
})

describe('到期日', () => {
  it('现结当天,货到若干天,月结从月末算;不会越过日历', () => {
    expect(dueDay('2026-11-05', null, 30)).toBe('2026-11-05')
    expect(dueDay('2026-11-05', 'net', 30)).toBe('2026-12-05')
    expect(dueDay('2026-11-05', 'monthly', 10)).toBe('2026-12-10')
    expect(dueDay('2199-12-20', 'net', 30)).toBe('2199-12-31')
  })
})

describe('自动分配', () => {
  const open = [
    { id: 1, openFen: 500, dueOn: '2026-12-01' },
    { id: 3, openFen: 300, dueOn: '2026-10-01' },
    { id: 2, openFen: 200, dueOn: '2026-10-01' },
  ]
  it('先到期的先付,同一天的先写的先付,不够就付一部分', () => {
    expect(oldestFirst(600, open)).toEqual([
      { receivableId: 2, amountFen: 200 },
      { receivableId: 3, amountFen: 300 },
      { receivableId: 1, amountFen: 100 },
    ])
  })
  it('多出来的不归谁', () => {
    expect(oldestFirst(5_000, open).reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(1_000)
    expect(oldestFirst(0, open)).toEqual([])
  })
})
