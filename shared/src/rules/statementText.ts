import type { Day } from '../days.ts'
import { type Fen, formatYuan } from '../money.ts'
import { upperYuan } from './upperYuan.ts'

/** 对账单, as far as it is put into words. */
export interface StatementWords {
  readonly customerName: string
  readonly from: Day
  readonly to: Day
  readonly openingFen: Fen
  readonly closingFen: Fen
  readonly owedFen: Fen
  readonly paidFen: Fen
  readonly lines: readonly {
    readonly on: Day
    readonly what: string
    readonly number: string | null
    readonly owedFen: Fen
    readonly paidFen: Fen
    readonly balanceFen: Fen
  }[]
  readonly buckets: readonly { readonly label: string }[]
  readonly ageing: { readonly bucketFen: readonly Fen[]; readonly prepaidFen: Fen }
}

/** A balance in capitals; below zero it is the customer who is owed. */
export const upperBalance = (fen: Fen): string => (fen >= 0 ? upperYuan(fen) : `贵方多付 ${upperYuan(-fen)}`)

/** What of the closing balance is how old, without what is zero. */
export const agedWords = ({ ageing: { bucketFen, prepaidFen }, buckets }: StatementWords): string[] =>
  [
    ...buckets.map(({ label }, at) => ({ label, fen: bucketFen[at]! })),
    { label: '减:预收', fen: prepaidFen === 0 ? 0 : -prepaidFen },
  ].flatMap(({ fen, label }) => (fen === 0 ? [] : `${label} ${formatYuan(fen)}`))

/** 对账单 as a text to paste into a message: the same figures as on paper. */
export function statementText(one: StatementWords, knownAt: string, company: string): string {
  const aged = agedWords(one)
  const moved = one.lines.map(({ balanceFen, number, on, owedFen, paidFen, what }) =>
    [
      `${on} ${[what, number].filter(Boolean).join(' ')}:`,
      [
        ...(owedFen === 0 ? [] : [`应收 ${formatYuan(owedFen)}`]),
        ...(paidFen === 0 ? [] : [`已收 ${formatYuan(paidFen)}`]),
        `余额 ${formatYuan(balanceFen)}`,
      ].join(','),
    ].join(''),
  )
  return [
    `对账单(单位:元)`,
    `客户:${one.customerName}`,
    `对账期间:${one.from} 至 ${one.to}`,
    `期初余额:${formatYuan(one.openingFen)}`,
    ...moved,
    `本期合计:应收 ${formatYuan(one.owedFen)},已收 ${formatYuan(one.paidFen)}`,
    `期末余额:${formatYuan(one.closingFen)}(${upperBalance(one.closingFen)})`,
    ...(aged.length > 0 ? [`账龄:${aged.join(';')}`] : []),
    `数据截至:${knownAt}`,
    ...(company ? [company] : []),
  ].join('\n')
}
