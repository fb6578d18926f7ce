import type { Order, OrderCreate, OrderDetail, OrderUpdate } from '@crm/shared/contract/orders'
import { order as entity, orderStates, type OrderState } from '@crm/shared/entities/order'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { isOrderOpen } from '@crm/shared/rules/orderMoves'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, problem, ProblemError, stale } from '../../../core/problem.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import { freeNumber } from '../../../core/rows/sequence.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { moveRemindersOf, named, ofOwners, partiesOf } from '../../customers/service.ts'
import { approvalsOf } from '../../system/approvals/service.ts'
import { checkDeliverer } from '../deliverer.ts'
import { moveDocumentsOf } from '../documents/service.ts'
import { checkCustomerChange } from '../moving.ts'
import { asInput, orderLines, priceLines } from './lines.ts'

export const orders = crud(entity)

export const listOrders = (
  db: Read | Tx,
  actor: Actor,
  { customerOwnerId, productId, teamOfCustomer, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Order>> =>
  orders.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofOwners(entity, { customerOwnerId, teamOfCustomer }),
      ...orderLines.withProduct(productId),
      ...named(entity, ['number', 'notes'], query.q),
    ],
  })

/** The order with its lines, for an actor who was let to it. */
export async function detailOf(db: Read | Tx, actor: Actor, row: Order): Promise<OrderDetail> {
  return { ...row, lines: await orderLines.show(db, actor, row.id) }
}

export const findOrder = async (db: Read | Tx, actor: Actor, id: number): Promise<OrderDetail> => ({
  ...(await detailOf(db, actor, await orders.find(db, actor, id))),
  approvals: await approvalsOf(db, ['credit', 'order'], id),
})

/** A contract may carry orders of its own customer that is not void. */
async function checkContract(tx: Tx, customerId: number, contractId: number | null | undefined): Promise<void> {
  if (!contractId) return
  const found = await tx
    .selectFrom('contracts') // unscoped: of the customer the order is of, who was reached
    .select(['customerId', 'state'])
    .where('id', '=', contractId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (found?.customerId !== customerId) throw invalidField('contractId', '合同不是这个客户的')
  if (found.state === 'void') throw invalidField('contractId', '合同已作废')
}
/** Between the draft and its consent a contract may be voided or thrown away. */
export async function checkContractHolds(tx: Tx, { contractId, customerId }: Order): Promise<void> {
  try {
    await checkContract(tx, customerId, contractId)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    throw problem('illegal_move', '所属的合同已作废或删除,请先改掉所属合同')
  }
}

interface Origin {
  readonly number?: string
  readonly quoteId?: number | null
  /** The lines of that quote. */
  readonly standing?: readonly Raw[]
}
export async function createOrder(
  tx: Tx,
  actor: Actor,
  { lines: inputs, ...body }: OrderCreate,
  { number, quoteId = null, standing = [] }: Origin = {},
): Promise<OrderDetail> {
  await orders.checkParent(tx, actor, { ...body }, 'order.create')
  const parties = await partiesOf(tx, actor, body)
  await checkContract(tx, body.customerId, body.contractId)
  await checkDeliverer(tx, body.delivererId)
  const discountFen = body.discountFen ?? 0
  const priced = await priceLines(tx, inputs, { discountFen, promisedOn: body.promisedOn ?? null, standing })
  const row = await orders.create(
    tx,
    actor,
    { ...body, discountFen, ownerId: parties.ownerId },
    {
      ...priced.totals,
      number: number ?? (await freeNumber(tx, 'DD', actor.today, entity.table)),
      state: 'draft',
      teamId: parties.teamId,
      quoteId,
    },
  )
  await orderLines.replace(tx, actor, row.id, priced.lines)
  return detailOf(tx, actor, row)
}

const mustBeOpen = (state: OrderState) => {
  if (!isOrderOpen(state)) throw problem('illegal_move', `订单${orderStates[state]},不能再修改`)
}

export async function updateOrder(
  tx: Tx,
  actor: Actor,
  id: number,
  { lines: inputs, ...patch }: OrderUpdate,
): Promise<OrderDetail> {
  await orders.reach(tx, actor, id, 'order.update')
  const before = (await storedRow(tx, entity, id)) as unknown as Order
  mustBeOpen(before.state)
  // With its lines, so that a form can merge both.
  if (before.version !== patch.version) throw stale(entity.label, await findOrder(tx, actor, id))
  const after = { ...before, ...patch } as Order
  const moved = ['customerId', 'contactId', 'ownerId'].some((key) => Object.hasOwn(patch, key))
  if (moved) await orders.checkParent(tx, actor, { ...patch }, 'order.update', { ...before })
  const isOthers = after.customerId !== before.customerId
  if (isOthers && before.quoteId) throw invalidField('customerId', '由报价单转来的订单不能换客户')
  if (isOthers) await checkCustomerChange(tx, { orderId: id })
  const parties = moved ? await partiesOf(tx, actor, after) : before
  await checkContract(tx, after.customerId, after.contractId)
  if (after.delivererId !== before.delivererId) await checkDeliverer(tx, after.delivererId)
  const standing = await orderLines.stored(tx, id)
  const priced = await priceLines(tx, inputs ?? standing.map(asInput), {
    discountFen: after.discountFen,
    promisedOn: after.promisedOn,
    standing,
  })
  const row = await orders.update(tx, actor, id, { ...patch, ...(moved && { ownerId: parties.ownerId }) }, () => ({
    ...priced.totals,
    teamId: parties.teamId,
  }))
  await orderLines.replace(tx, actor, id, priced.lines)
  if (isOthers) {
    await moveDocumentsOf(tx, 'order', id, row.customerId)
    await moveRemindersOf(tx, 'order', id, row.customerId)
  }
  return detailOf(tx, actor, row)
}

/** Only what never counted may be thrown away; anything else is voided and stays to be seen. */
export async function removeOrder(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await orders.reach(tx, actor, id, 'order.delete')
  const { state } = (await storedRow(tx, entity, id)) as unknown as Order
  mustBeOpen(state)
  await orders.remove(tx, actor, id, version)
  return null
}
