import { endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import { LIST_PARAMS } from '../kernel/query.ts'
import type { HomeLink } from './home.ts'

/** One number of a customer's money, and the list whose total it is. */
export interface MoneyFact {
  readonly key: 'deals' | 'receivable' | 'overdue' | 'creditLeft' | 'prepaid' | 'margin' | 'received' | 'sinceDeal'
  readonly label: string
  readonly unit: 'fen' | 'bp' | 'days'
  /** null: cannot be said. */
  readonly value: number | null
  readonly count?: number
  /** null: it is the total of no list, or of none the reader may open. */
  readonly link: HomeLink | null
  /** What it is made of, where one list does not hold it. */
  readonly parts?: readonly { readonly label: string; readonly value: number; readonly link: HomeLink | null }[]
}
export interface CustomerMoney {
  readonly facts: readonly MoneyFact[]
}

/** What the money strip of a customer says, for the customers of a list. */
export interface CustomerSums {
  readonly customerId: number
  readonly openFen: number
  readonly overdueFen: number
  /** Instalments overdue. */
  readonly overdueCount: number
  /** Only where asked for. */
  readonly deals?: {
    readonly ordersFen: number
    readonly contractsFen: number
    /** The reader may see the orders. */
    readonly isOpen: boolean
  }
}

export const customerMoney = {
  sums: endpoint<{ readonly items: readonly CustomerSums[] }>()(
    'GET',
    '/api/customers/receivables',
    'receivable.read',
    {
      summary: '列表里客户的应收余额与逾期',
      query: {
        ids: { as: 'ids', max: LIST_PARAMS.size.max, label: '客户' },
        deals: { as: 'flag', label: '累计成交' },
      },
    },
  ),
  read: endpoint<CustomerMoney>()('GET', '/api/customers/:id/money', 'receivable.read', {
    summary: '客户的资金概况',
    params: ID_PARAM,
  }),
}
