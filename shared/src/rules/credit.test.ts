import { describe, expect, it } from 'vitest'
import { daysLate, limitOn, notYetOwed, type OrderWorth } from './credit.ts'

const order = (of: Partial<OrderWorth>): OrderWorth => ({
  id: 1,
  contractId: null,
  amountFen: 10_000,
  keptFen: null,
  owedFen: 0,
  pendingFen: 0,
  ...of,
})

describe('订单里还没成为应收的部分', () => {
  it('订单金额减去它已生效的应收,多不出负数', () => {
    expect(notYetOwed([order({}), order({ owedFen: 4_000 }), order({ owedFen: 12_000 })], [])).toBe(16_000)
  })

  it('待生效的期次还算在订单里,不另加一遍', () => {
    expect(notYetOwed([order({ owedFen: 3_000, pendingFen: 7_000 })], [])).toBe(7_000)
  })

  it('已关闭的订单不会再交货:只算它自己的待生效期次,多不过客户留下的货', () => {
    expect(notYetOwed([order({ keptFen: 3_000, owedFen: 3_000 })], [])).toBe(0)
    expect(notYetOwed([order({ keptFen: 0, pendingFen: 2_000 })], [])).toBe(0)
    expect(notYetOwed([order({ keptFen: 4_000, owedFen: 3_000, pendingFen: 2_000 })], [])).toBe(1_000)
    expect(notYetOwed([order({ keptFen: 10_000, owedFen: 3_000, pendingFen: 2_000 })], [])).toBe(2_000)
  })

  it('合同有回款计划时,名下订单合在一起减去计划已生效的部分', () => {
    const orders = [order({ id: 1, contractId: 5 }), order({ id: 2, contractId: 5 }), order({ id: 3, contractId: 6 })]
    expect(notYetOwed(orders, [{ contractId: 5, owedFen: 15_000 }])).toBe(5_000 + 10_000)
    expect(notYetOwed(orders, [{ contractId: 5, owedFen: 25_000 }])).toBe(10_000)
  })

  it('合同有回款计划时,已关闭的订单按客户留下的货算', () => {
    const orders = [order({ contractId: 5 }), order({ contractId: 5, keptFen: 4_000 })]
    expect(notYetOwed(orders, [{ contractId: 5, owedFen: 6_000 }])).toBe(8_000)
    expect(notYetOwed(orders.slice(1), [{ contractId: 5, owedFen: 6_000 }])).toBe(0)
  })

  it('有自己应收的订单不再算进合同的计划', () => {
    const own = order({ contractId: 5, owedFen: 6_000 })
    expect(notYetOwed([own], [{ contractId: 5, owedFen: 10_000 }])).toBe(4_000)
  })
})

describe('额度', () => {
  const both = { creditFen: 10_000, temporaryCreditFen: 30_000, temporaryCreditUntil: '2026-11-30' }
  it('临时额度到最后一天为止代替信用额度', () => {
    expect(limitOn(both, '2026-11-30')).toEqual({ limitFen: 30_000, isTemporary: true })
    expect(limitOn(both, '2026-12-01')).toEqual({ limitFen: 10_000, isTemporary: false })
    expect(limitOn({ ...both, temporaryCreditFen: null }, '2026-11-01').limitFen).toBe(10_000)
    expect(limitOn({ ...both, creditFen: null }, '2026-12-01').limitFen).toBe(null)
  })

  it('逾期天数从最早的到期日算', () => {
    expect(daysLate(null, '2026-11-22')).toBe(0)
    expect(daysLate('2026-11-22', '2026-11-22')).toBe(0)
    expect(daysLate('2026-11-12', '2026-11-22')).toBe(10)
  })
})
