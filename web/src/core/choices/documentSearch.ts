import { type Contract, contracts } from '@crm/shared/contract/contracts'
import { orders } from '@crm/shared/contract/orders'
import { isContractEffective } from '@crm/shared/rules/contractMoves'
import { EFFECTIVE_ORDERS } from '@crm/shared/rules/orderMoves'
import { call } from '../server/client'
import { moneyText } from '../display/display'
import type { Search } from './references'

const MOST_OFFERED = 20
const asked = (text: string) => (text.trim() ? { q: text.trim() } : {})

/** Orders that count, by number, told apart by customer and amount. */
export const findOrders: Search = async (text) => {
  const query = { ...asked(text), state: [...EFFECTIVE_ORDERS], size: MOST_OFFERED }
  const { items } = await call(orders.list, { query })
  return items.map((one) => ({
    value: one.id,
    label: `${one.number} ${one.customerName ?? ''}(${moneyText(one.amountFen)})`,
  }))
}
/** `HT202611-0042 轴承供货(128,000.00,未收 48,000.00)`: what is to come in, of one that counts, where it may be known. */
export function contractLabel({ amountFen, number, receivedFen, state, title }: Contract): string {
  const isOpen = isContractEffective(state) && receivedFen !== null && receivedFen !== undefined
  const open = isOpen ? `,未收 ${moneyText(Math.max(0, amountFen - receivedFen))}` : ''
  return `${number} ${title}(${moneyText(amountFen)}${open})`
}
/** Contracts that count, by number and name. */
export const findContracts: Search = async (text) => {
  const { items } = await call(contracts.list, { query: { ...asked(text), size: MOST_OFFERED } })
  return items
    .filter(({ state }) => isContractEffective(state))
    .map((one) => ({ value: one.id, label: contractLabel(one) }))
}
