import { customerMoney, type CustomerSums } from '@crm/shared/contract/customerMoney'
import { EFFECTIVE_ORDERS } from '@crm/shared/rules/orderMoves'
import { OPEN_STATUSES } from '@crm/shared/rules/receivables'
import { call } from '../../core/server/client'
import type { FigureCell, FigureReader } from '../../core/panels/customerFigures'
import { EMPTY, moneyText } from '../../core/display/display'

const UNSEEN: FigureCell = { text: '无权查看' }
const NOTHING: FigureCell = { text: EMPTY }

function cellsOf({ customerId, deals, openFen, overdueCount, overdueFen }: CustomerSums) {
  const owedBy = (status: string) => ({ path: '/receivables', query: { customerId: String(customerId), status } })
  const { contractsFen = 0, ordersFen = 0 } = deals ?? {}
  const orders = { path: '/orders', query: { customerId: String(customerId), state: EFFECTIVE_ORDERS.join() } }
  const cells: Record<string, FigureCell> = {
    receivable: openFen > 0 ? { text: moneyText(openFen), to: owedBy(OPEN_STATUSES.join()) } : NOTHING,
    overdue:
      overdueFen > 0
        ? {
            text: moneyText(overdueFen),
            title: `逾期 ${overdueCount} 笔,共 ${moneyText(overdueFen)} 元`,
            to: owedBy('overdue'),
            isBad: true,
          }
        : NOTHING,
    deals:
      ordersFen + contractsFen === 0
        ? NOTHING
        : {
            text: moneyText(ordersFen + contractsFen),
            title: `订单 ${moneyText(ordersFen)},没有订单的合同 ${moneyText(contractsFen)}`,
            // What contracts without an order add is the total of no list.
            ...(contractsFen === 0 && deals?.isOpen && { to: orders }),
          },
  }
  return cells
}

/** 应收余额, 其中逾期 and 累计成交 of the customers of a page. */
export const read: FigureReader['read'] = async (ids, columns, { signal }) => {
  const { items } = await call(
    customerMoney.sums,
    { query: { ids: [...ids], ...(columns.includes('deals') && { deals: true }) } },
    { signal },
  )
  const found = new Map(items.map((sums) => [sums.customerId, cellsOf(sums)]))
  const unseen = Object.fromEntries(columns.map((key) => [key, UNSEEN]))
  return new Map(ids.map((id) => [id, found.get(id) ?? unseen]))
}
