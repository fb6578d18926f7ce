import { endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import type { HomeLink } from './home.ts'

/** One number of a customer's money, and the list whose total it is. */
export interface MoneyFact {
  readonly key: 'deals' | 'receivable' | 'overdue' | 'creditLeft' | 'prepaid' | 'margin' | 'received' | 'sinceDeal'
  readonly label: string
  readonly unit: 'fen' | 'bp' | 'days'
  /** null: cannot be said. */
  readonly value: number | null
  readonly count?: number
  readonly link: HomeLink | null
  /** What it is made of, where one list does not hold it. */
  readonly parts?: readonly { readonly label: string; readonly value: number; readonly link: HomeLink | null }[]
}
export interface CustomerMoney {
  readonly facts: readonly MoneyFact[]
}

export const customerMoney = {
  read: endpoint<CustomerMoney>()('GET', '/api/customers/:id/money', 'receivable.read', {
    summary: '客户的资金概况',
    params: ID_PARAM,
  }),
}
