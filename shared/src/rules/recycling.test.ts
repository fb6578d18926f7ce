import { describe, expect, it } from 'vitest'
import { addDays, diffDays } from '../days.ts'
import { type Held, leaving, type Rules } from './recycling.ts'

const rules: Rules = {
  followUpDays: 30,
  dealDays: null,
  contractDays: null,
  exemptWon: true,
  holds: ['contract', 'receivable'],
  levels: {
    A: { followUpDays: 10, dealDays: null, contractDays: null },
    D: { followUpDays: 0, dealDays: 20, contractDays: null },
  },
}
const held: Held = {
  receivedOn: '2026-01-01',
  lastValidFollowUpOn: null,
  level: null,
  isWon: false,
  isLocked: false,
  extendedUntil: null,
  holds: [],
  contractEndOn: null,
}

describe('久未跟进', () => {
  it('在第 N+1 天回收,不是第 N 天', () => {
    const { on } = leaving(held, rules)!
    expect(diffDays(on, '2026-01-01')).toBe(31)
  })
  it('从未跟进的,从得到客户那天算起', () => expect(leaving(held, rules)!.on).toBe('2026-02-01'))
  it('有效跟进重新起算,得到之前的跟进不算', () => {
    expect(leaving({ ...held, lastValidFollowUpOn: '2026-01-10' }, rules)!.on).toBe('2026-02-10')
    expect(leaving({ ...held, lastValidFollowUpOn: '2025-12-10' }, rules)!.on).toBe('2026-02-01')
  })
  it('等级有自己的天数就用自己的;0 天是不回收', () => {
    expect(leaving({ ...held, level: 'A' }, rules)!).toEqual({ on: '2026-01-12', rule: 'noFollowUp', days: 10 })
    expect(leaving({ ...held, level: 'B' }, rules)!.days).toBe(30)
    expect(leaving({ ...held, level: 'D' }, rules)!).toEqual({ on: '2026-01-22', rule: 'noDeal', days: 20 })
  })
})

describe('久未成交', () => {
  const deals: Rules = { ...rules, followUpDays: null, dealDays: 5, levels: {} }
  it('跟进不延长,成交才算', () => {
    expect(leaving({ ...held, lastValidFollowUpOn: '2026-01-05' }, deals)!.on).toBe('2026-01-07')
    expect(leaving({ ...held, isWon: true }, deals)).toBeNull()
  })
  it('两条规则都满足时,先到的那条算', () =>
    expect(leaving(held, { ...deals, followUpDays: 3 })!).toEqual({ on: '2026-01-05', rule: 'noFollowUp', days: 3 }))
})

describe('不回收', () => {
  it('锁定的、没有规则的、已成交而公海不收的', () => {
    expect(leaving({ ...held, isLocked: true }, rules)).toBeNull()
    expect(leaving(held, { ...rules, followUpDays: null })).toBeNull()
    expect(leaving({ ...held, isWon: true }, rules)).toBeNull()
    expect(leaving({ ...held, isWon: true }, { ...rules, exemptWon: false })!.on).toBe('2026-02-01')
  })
  it('延期到某天,那天过后才回收;延期早于到期日时不起作用', () => {
    expect(leaving({ ...held, extendedUntil: '2026-03-01' }, rules)!.on).toBe('2026-03-02')
    expect(leaving({ ...held, extendedUntil: addDays('2026-02-01', -1) }, rules)!.on).toBe('2026-02-01')
    expect(leaving({ ...held, extendedUntil: '2026-01-15' }, rules)!.on).toBe('2026-02-01')
  })
})

describe('合同到期未续', () => {
  const ended: Rules = { ...rules, followUpDays: null, contractDays: 60, levels: {} }
  it('从到期那天算起,到期前得到的、已成交的都一样;没有过合同的不算', () => {
    expect(leaving({ ...held, contractEndOn: '2026-03-01' }, ended)!).toEqual({
      on: '2026-05-01',
      rule: 'noContract',
      days: 60,
    })
    expect(leaving({ ...held, contractEndOn: '2026-03-01', isWon: true }, ended)!.on).toBe('2026-05-01')
    expect(leaving(held, ended)).toBeNull()
  })
  it('到期之后才得到的,从得到那天算起', () =>
    expect(leaving({ ...held, contractEndOn: '2025-03-01' }, ended)!.on).toBe('2026-03-03'))
})

describe('有事在办的不回收', () => {
  it('办完之前都不回收;有到期日的,过了那天就不再算', () => {
    expect(leaving({ ...held, holds: [{ kind: 'receivable', until: null }] }, rules)).toBeNull()
    expect(leaving({ ...held, holds: [{ kind: 'contract', until: '2026-06-30' }] }, rules)!.on).toBe('2026-07-01')
    expect(leaving({ ...held, holds: [{ kind: 'contract', until: '2026-01-10' }] }, rules)!.on).toBe('2026-02-01')
  })
  it('公海没有选的不算', () =>
    expect(leaving({ ...held, holds: [{ kind: 'order', until: null }] }, rules)!.on).toBe('2026-02-01'))
  it('和延期一起,以长的为准', () => {
    const holds = [{ kind: 'contract', until: '2026-03-31' }] as const
    expect(leaving({ ...held, holds, extendedUntil: '2026-04-10' }, rules)!.on).toBe('2026-04-11')
    expect(leaving({ ...held, holds, extendedUntil: '2026-03-10' }, rules)!.on).toBe('2026-04-01')
  })
})
