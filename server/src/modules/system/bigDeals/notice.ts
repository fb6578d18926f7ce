import { formatYuan } from '@crm/shared/money'
import type { Actor } from '../../../core/access/actor.ts'
import { tell } from '../../../core/jobs/notices.ts'
import type { Tx } from '../../../db/store.ts'
import { superiors } from '../../org/service.ts'
import { bigDealRuleFor } from './rules.ts'

export interface BigDeal {
  /** `order`, `contract`: with the id what it is told about. */
  readonly entity: string
  readonly recordId: number
  /** `订单 DD202611-0007 · 平安银行` */
  readonly title: string
  readonly customerId: number | null
  readonly ownerId: number | null
  readonly amountFen: number
  /** Before this change; null: it is new. */
  readonly beforeFen: number | null
  /** How much is taken off, in basis points of the full price: 1500 = 15 % off. */
  readonly discountBp?: number | null
  /** Before this change. Left out: each record is told of once. */
  readonly beforeDiscountBp?: number | null
  readonly link: string
}
const percent = (bp: number) => `${bp / 100}%`

/** Tells the owner's chain of managers when the amount, or the discount, has just come over the limit: once per upward crossing. */
export async function noticeBigDeal(tx: Tx, actor: Actor, deal: BigDeal): Promise<void> {
  const { amountFen, beforeDiscountBp, beforeFen, customerId, discountBp = null, entity, link, recordId, title } = deal
  const ownerId = deal.ownerId ?? actor.id
  const rule = await bigDealRuleFor(tx, ownerId)
  if (!rule) return
  const over = (value: number | null | undefined, isOver: (value: number) => boolean) =>
    value !== null && value !== undefined && isOver(value)
  const isBig = (fen: number) => rule.amountFen !== null && fen >= rule.amountFen
  const isCheap = (bp: number) => rule.discountBp !== null && bp > rule.discountBp
  const big = over(amountFen, isBig) && !over(beforeFen, isBig)
  const cheap = over(discountBp, isCheap) && !over(beforeDiscountBp, isCheap)
  if (!big && !cheap) return
  const userIds = (await superiors(tx))(ownerId).filter((id) => id !== actor.id)
  const facts = { userIds, link, customerId }
  if (big)
    await tell(tx, actor.at, {
      ...facts,
      kind: 'bigDeal',
      title: `大额业务:${title}`,
      body: `金额 ${formatYuan(amountFen)} 元`,
    })
  if (cheap)
    await tell(tx, actor.at, {
      ...facts,
      kind: 'discount',
      title: `折扣提醒:${title}`,
      body: `让利 ${percent(discountBp!)},超过 ${percent(rule.discountBp!)}`,
      onceKey: beforeDiscountBp === undefined ? `discount:${entity}:${recordId}` : null,
    })
}
