import { expect, it } from 'vitest'
import { dunningSteps, dunningText, duesOf } from './dunning.ts'

it('到期前 7 天、当天、逾期 7 天、30 天各提醒一次,停机补上的日子也算', () => {
  expect(dunningSteps.map((step) => duesOf(step, '2026-11-22').last)).toEqual([
    '2026-11-29',
    '2026-11-22',
    '2026-11-15',
    '2026-10-23',
  ])
  expect(duesOf(dunningSteps[2], '2026-11-22', 3)).toEqual({ first: '2026-11-12', last: '2026-11-15' })
  // What is overdue for a week is not said to be due today.
  expect(duesOf(dunningSteps[1], '2026-11-22', 90)).toEqual({ first: '2026-11-16', last: '2026-11-22' })
})

it('催款话术:逾期的说逾期,先到期的在前,金额到分', () => {
  const late = { label: '第1期', number: 'HT202609-0001', dueOn: '2026-10-23', openFen: 4_520_000, overdueDays: 30 }
  const soon = { label: '第2期', number: null, dueOn: '2026-11-29', openFen: 1, overdueDays: -7 }
  expect(dunningText([soon, late], '上海申诺')).toBe(
    [
      '您好!',
      '贵公司有 1 笔货款已逾期,共 45,200.00 元,请安排付款:',
      '· HT202609-0001 第1期:45,200.00 元(2026-10-23 到期,已逾期 30 天)',
      '· 第2期:0.01 元(2026-11-29 到期)',
      '如已付款,请忽略本消息并告知付款日期,便于我们核对。谢谢!',
      '上海申诺',
    ].join('\n'),
  )
  expect(dunningText([soon], null)).toContain('1 笔货款将到期,共 0.01 元')
})
