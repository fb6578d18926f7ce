import { expect, it } from 'vitest'
import { statementText, type StatementWords } from './statementText.ts'

const nothing: StatementWords = {
  customerName: '上海申诺',
  from: '2026-10-01',
  to: '2026-10-31',
  openingFen: 0,
  closingFen: 0,
  owedFen: 0,
  paidFen: 0,
  lines: [],
  buckets: [{ label: '未到期' }, { label: '逾期 1–30 天' }],
  ageing: { bucketFen: [0, 0], prepaidFen: 0 },
}

it('对账单的文字版:期初、逐笔、合计、期末大写、账龄,与纸上同样的数', () => {
  const one: StatementWords = {
    ...nothing,
    openingFen: 100_000,
    closingFen: 234_500,
    owedFen: 184_500,
    paidFen: 50_000,
    lines: [
      { on: '2026-10-08', what: '交货', number: 'SH202610-0001', owedFen: 184_500, paidFen: 0, balanceFen: 284_500 },
      { on: '2026-10-20', what: '回款', number: null, owedFen: 0, paidFen: 50_000, balanceFen: 234_500 },
    ],
    ageing: { bucketFen: [184_500, 60_000], prepaidFen: 10_000 },
  }
  expect(statementText(one, '2026-11-01 09:00', '东方公司')).toBe(
    [
      '对账单(单位:元)',
      '客户:上海申诺',
      '对账期间:2026-10-01 至 2026-10-31',
      '期初余额:1,000.00',
      '2026-10-08 交货 SH202610-0001:应收 1,845.00,余额 2,845.00',
      '2026-10-20 回款:已收 500.00,余额 2,345.00',
      '本期合计:应收 1,845.00,已收 500.00',
      '期末余额:2,345.00(贰仟叁佰肆拾伍元整)',
      '账龄:未到期 1,845.00;逾期 1–30 天 600.00;减:预收 -100.00',
      '数据截至:2026-11-01 09:00',
      '东方公司',
    ].join('\n'),
  )
})

it('没有往来的也写得出;多付的写明是贵方多付', () => {
  expect(statementText(nothing, '2026-11-01 09:00', '')).toContain('期末余额:0.00(零元整)\n数据截至')
  expect(statementText({ ...nothing, closingFen: -100 }, '2026-11-01 09:00', '')).toContain('(贵方多付 壹元整)')
})
