import { endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import type { Fen } from '../money.ts'

/** 毛利 = what is sold without tax − cost as it was then − expenses that count. Without product.cost all but `netFen` is null. */
export interface Margin {
  readonly netFen: Fen
  /** null: of some line no cost is known. */
  readonly costFen: Fen | null
  readonly expenseFen: Fen | null
  readonly marginFen: Fen | null
  readonly marginBp: number | null
}

export const margins = {
  order: endpoint<Margin>()('GET', '/api/orders/:id/margin', 'order.read', {
    summary: '订单的毛利:不含税金额减成本减费用',
    params: ID_PARAM,
  }),
  contract: endpoint<Margin>()('GET', '/api/contracts/:id/margin', 'contract.read', {
    summary: '合同的毛利:它生效的订单,减费用',
    params: ID_PARAM,
  }),
}
