import { describe, expect, it } from 'vitest'
import { deliveryStep, mostMilli, quantityText, totalsByUnit, totalsText, windowDays } from './deliveries.ts'

describe('交货看板的日子', () => {
  it('逾期到昨天为止;7 天内含今天与明天', () => {
    expect(windowDays('overdue', '2026-11-23')).toEqual({ from: null, to: '2026-11-22' })
    expect(windowDays('today', '2026-11-23')).toEqual({ from: '2026-11-23', to: '2026-11-23' })
    expect(windowDays('tomorrow', '2026-12-31')).toEqual({ from: '2027-01-01', to: '2027-01-01' })
    expect(windowDays('week', '2026-11-23')).toEqual({ from: '2026-11-23', to: '2026-11-30' })
  })
})

describe('超交允许多少', () => {
  it('默认一点不许;按万分比向下取整,最大的数量也算得准', () => {
    expect(mostMilli(1_000, 0)).toBe(1_000)
    expect(mostMilli(1_001, 500)).toBe(1_051)
    expect(mostMilli(999_999_999_999, 9_999)).toBe(1_999_899_999_998)
  })
})

describe('数量怎么写', () => {
  it('千分位分组,小数不留尾零', () => {
    expect([0, 1_000, 1_500, 1_234_567_890, 1_010, -2_500].map(quantityText)).toEqual([
      '0',
      '1',
      '1.5',
      '1,234,567.89',
      '1.01',
      '-2.5',
    ])
  })
})

describe('交货提醒', () => {
  const steps = (today: string, nextWorkday: string, days: readonly string[]) =>
    days.map((day) => deliveryStep(day, today, nextWorkday)?.step ?? null)

  it('平日:提前 3 天、1 天、当天,逾期每天', () => {
    expect(
      steps('2026-11-24', '2026-11-25', [
        '2026-11-23',
        '2026-11-24',
        '2026-11-25',
        '2026-11-26',
        '2026-11-27',
        '2026-11-28',
      ]),
    ).toEqual(['overdue', 'today', 'next', 'soon', 'soon', null])
  })

  it('周五把落在周末的步骤提前说:周六日和周一的算下个工作日前,周二周三的算 3 天内', () => {
    const weekend = ['2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03']
    expect(steps('2026-11-27', '2026-11-30', weekend)).toEqual(['next', 'next', 'next', 'soon', 'soon', null])
  })

  it('同一步只说一次,逾期的每天一次', () => {
    expect(deliveryStep('2026-11-27', '2026-11-24', '2026-11-25')).toEqual(
      deliveryStep('2026-11-27', '2026-11-25', '2026-11-26'),
    )
    expect(deliveryStep('2026-11-20', '2026-11-24', '2026-11-25')).toEqual({ step: 'overdue', onDay: '2026-11-24' })
    expect(deliveryStep('2026-11-20', '2026-11-25', '2026-11-26')).toEqual({ step: 'overdue', onDay: '2026-11-25' })
  })
})

describe('送货单的合计', () => {
  it('按单位分别合计,没写单位的另算,按先后', () => {
    const lines = [
      { unit: '个', qtyMilli: 1_500 },
      { unit: '箱', qtyMilli: 2_000 },
      { unit: ' 个', qtyMilli: 1_000_000 },
      { unit: null, qtyMilli: 300 },
      { unit: '', qtyMilli: 700 },
    ]
    expect(totalsByUnit(lines)).toEqual([
      { unit: '个', qtyMilli: 1_001_500 },
      { unit: '箱', qtyMilli: 2_000 },
      { unit: null, qtyMilli: 1_000 },
    ])
    expect(totalsText(lines)).toBe('1,001.5 个、2 箱、1')
  })
})
