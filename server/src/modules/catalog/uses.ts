import type { ProductUse, ProductUseRow } from '@crm/shared/contract/products'
import { productUse } from '@crm/shared/entities/product'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { CreateOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Actor } from '../../core/access/actor.ts'
import { crud } from '../../core/rows/crud.ts'
import type { ListExtra } from '../../core/rows/list.ts'
import { invalidField, problem } from '../../core/problem.ts'
import { storedRow } from '../../core/rows/rows.ts'
import type { Read, Tx } from '../../db/store.ts'
import { ofNamed } from './ofCustomer.ts'
import { withShares } from './shares.ts'

export const uses = crud(productUse)
type Span = Pick<ProductUse, 'customerId' | 'productId' | 'fromOn' | 'untilOn'>

/** Periods of one product at one customer follow each other: a day counted twice would make our share too small. */
async function checkSpan(tx: Tx, { customerId, fromOn, productId, untilOn }: Span, exceptId: number): Promise<void> {
  if (untilOn < fromOn) throw invalidField('untilOn', '截止日期不能早于起始日期')
  const other = await tx
    .selectFrom('productUses') // unscoped: of a customer the caller has reached
    .select(['fromOn', 'untilOn'])
    .where('customerId', '=', customerId)
    .where('productId', '=', productId)
    .where('fromOn', '<=', untilOn)
    .where('untilOn', '>=', fromOn)
    .where('id', '!=', exceptId)
    .where('deletedAt', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (!other) return
  const message = `这个产品已记了 ${other.fromOn} 至 ${other.untilOn} 的用量,时间不能重叠`
  throw problem('taken', message, { errors: [{ field: 'fromOn', message }] })
}

export async function listUses(
  db: Read | Tx,
  actor: Actor,
  query: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<ProductUseRow>> {
  const where = ofNamed(productUse, ['note'], query.q)
  const page = await uses.list(db, actor, query, { ...(heavy && { heavy }), where })
  // Whoever names the fields he wants gets those.
  if (query.fields) return page as Page<ProductUseRow>
  return { ...page, items: await withShares(db, actor, page.items) }
}

export async function createUse(tx: Tx, actor: Actor, body: CreateOf<typeof productUse>): Promise<ProductUse> {
  await uses.checkParent(tx, actor, { ...body }, 'customer.update')
  await checkSpan(tx, body, 0)
  return uses.create(tx, actor, body)
}

export async function updateUse(
  tx: Tx,
  actor: Actor,
  id: number,
  patch: UpdateOf<typeof productUse>,
): Promise<ProductUse> {
  await uses.reach(tx, actor, id, 'customer.update')
  const before = (await storedRow(tx, productUse, id)) as unknown as Span
  await uses.checkParent(tx, actor, { ...patch }, 'customer.update', { ...before })
  await checkSpan(tx, { ...before, ...(patch as Partial<Span>) }, id)
  return uses.update(tx, actor, id, patch)
}

export async function restoreUse(tx: Tx, actor: Actor, id: number): Promise<ProductUse> {
  await uses.reachRecycled(tx, actor, id)
  await checkSpan(tx, (await storedRow(tx, productUse, id)) as unknown as Span, id)
  return uses.restore(tx, actor, id)
}
