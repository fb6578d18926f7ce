import type { Entity } from '../kernel/entity.ts'
import { dictItem, tag } from './base.ts'
import { contact } from './contact.ts'
import { contract, contractTemplate } from './contract.ts'
import { customer } from './customer.ts'
import { delivery, deliveryLine } from './delivery.ts'
import { document } from './document.ts'
import { expense } from './expense.ts'
import { announcement } from './announcement.ts'
import { interaction } from './interaction.ts'
import { invoice } from './invoice.ts'
import { order, orderLine } from './order.ts'
import { priceMove, product, productCategory, productPrice, productUse } from './product.ts'
import { quote, quoteLine } from './quote.ts'
import { receipt } from './receipt.ts'
import { receivable } from './receivable.ts'
import { reminder } from './reminder.ts'
import { feedback } from './feedback.ts'
import { pool } from './pool.ts'
import { role, team, user } from './user.ts'

/** Every entity by name: references (`ref('user')`) and parents (`via`) are looked up here. */
export const entities = {
  customer,
  contact,
  user,
  team,
  role,
  tag,
  dictItem,
  pool,
  interaction,
  document,
  reminder,
  feedback,
  announcement,
  productCategory,
  product,
  productPrice,
  priceMove,
  productUse,
  quote,
  quoteLine,
  contract,
  contractTemplate,
  order,
  orderLine,
  delivery,
  deliveryLine,
  receivable,
  receipt,
  invoice,
  expense,
} as const satisfies Record<string, Entity>
export type EntityName = keyof typeof entities
export const entityOf = (name: string): Entity => {
  const found = (entities as Record<string, Entity>)[name]
  if (!found) throw new Error(`no entity ${name}`)
  return found
}
