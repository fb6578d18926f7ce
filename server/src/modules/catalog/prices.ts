import type { ProductPrice } from '@crm/shared/contract/products'
import { productPrice } from '@crm/shared/entities/product'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { CreateOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { collide, type PriceRule } from '@crm/shared/rules/prices'
import type { Actor } from '../../core/access/actor.ts'
import { crud } from '../../core/rows/crud.ts'
import type { ListExtra } from '../../core/rows/list.ts'
import { invalidField, problem } from '../../core/problem.ts'
import { storedRow } from '../../core/rows/rows.ts'
import type { Read, Tx } from '../../db/store.ts'
import { checkSeen, customerLevel, ofKnownCustomers, ofLiveProducts, ofNamed } from './ofCustomer.ts'

export const prices = crud(productPrice)
type Rule = Omit<PriceRule, 'priceFen'> & { readonly productId: number }

export const listPrices = (
  db: Read | Tx,
  actor: Actor,
  query: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<ProductPrice>> =>
  prices.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ofKnownCustomers(actor, productPrice),
      ofLiveProducts(productPrice),
      ...ofNamed(productPrice, ['note'], query.q),
    ],
  })

export async function findPrice(db: Read | Tx, actor: Actor, id: number): Promise<ProductPrice> {
  await checkSeen(db, actor, productPrice, id)
  return prices.find(db, actor, id)
}

const ruleOf = (values: Partial<Rule>): Rule => ({
  productId: values.productId!,
  customerId: values.customerId ?? null,
  level: values.level ?? null,
  minQtyMilli: values.minQtyMilli ?? 0,
  fromOn: values.fromOn ?? null,
  untilOn: values.untilOn ?? null,
})

/** One price per question: the same customer or level, quantity and day must not find two. */
async function checkRule(tx: Tx, rule: Rule, exceptId: number): Promise<void> {
  const { customerId, fromOn, level, productId, untilOn } = rule
  if (customerId !== null && level !== null) throw invalidField('level', '价格要么给一个客户,要么给一个等级,不能都选')
  if (fromOn !== null && untilOn !== null && untilOn < fromOn) throw invalidField('untilOn', '失效日期不能早于生效日期')
  const others = await tx
    .selectFrom('productPrices')
    .select(['id', 'customerId', 'level', 'minQtyMilli', 'fromOn', 'untilOn'])
    .where('productId', '=', productId)
    .where('id', '!=', exceptId)
    .where('deletedAt', 'is', null)
    .execute()
  const other = others.find((each) => collide(rule, each))
  if (!other) return
  const until = other.untilOn ? `到 ${other.untilOn}` : '一直有效'
  const message = `同样的价格已有一条(${other.fromOn ? `从 ${other.fromOn} 起` : '即时生效'},${until}),有效期不能重叠`
  throw problem('taken', message, { errors: [{ field: 'fromOn', message }] })
}

export async function createPrice(tx: Tx, actor: Actor, body: CreateOf<typeof productPrice>): Promise<ProductPrice> {
  if (body.customerId) await customerLevel(tx, actor, body.customerId)
  await checkRule(tx, ruleOf(body as Partial<Rule>), 0)
  return prices.create(tx, actor, { minQtyMilli: 0, ...body })
}

export async function updatePrice(
  tx: Tx,
  actor: Actor,
  id: number,
  patch: UpdateOf<typeof productPrice>,
): Promise<ProductPrice> {
  await checkSeen(tx, actor, productPrice, id)
  await prices.reach(tx, actor, id, 'product.update')
  const before = (await storedRow(tx, productPrice, id)) as unknown as Rule
  if (patch.customerId && patch.customerId !== before.customerId) await customerLevel(tx, actor, patch.customerId)
  await checkRule(tx, ruleOf({ ...before, ...(patch as Partial<Rule>) }), id)
  return prices.update(tx, actor, id, patch)
}

export async function removePrice(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await checkSeen(tx, actor, productPrice, id)
  await prices.remove(tx, actor, id, version)
  return null
}

export async function restorePrice(tx: Tx, actor: Actor, id: number): Promise<ProductPrice> {
  await checkSeen(tx, actor, productPrice, id)
  await prices.reachRecycled(tx, actor, id)
  await checkRule(tx, ruleOf((await storedRow(tx, productPrice, id)) as unknown as Rule), id)
  return prices.restore(tx, actor, id)
}
