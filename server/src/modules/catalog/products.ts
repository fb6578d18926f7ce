import type { Product } from '@crm/shared/contract/products'
import { product } from '@crm/shared/entities/product'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { CreateOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { crud } from '../../core/rows/crud.ts'
import { both } from '../../core/rows/filters.ts'
import type { ListExtra } from '../../core/rows/list.ts'
import { invalidField } from '../../core/problem.ts'
import { snapshot, storedRow } from '../../core/rows/rows.ts'
import { freeNumber } from '../../core/rows/sequence.ts'
import { dropTokens } from '../../db/search.ts'
import type { Read, Tx } from '../../db/store.ts'
import { within } from './categories.ts'
import { indexProduct, productColumns, searching } from './productSearch.ts'

export const products = crud(product)
const { active, taxRateBp } = product.fields
type Stored = Product & { readonly number: string; readonly searchText: string; readonly initials: string }

/** `under=`: in one of these categories or anywhere below; `none` for those in no category. */
function under(asked: unknown): Expression<SqlBool>[] {
  if (!Array.isArray(asked)) return []
  const key = sql.ref('products.categoryId')
  const ids = (asked as (number | 'none')[]).filter((id) => id !== 'none')
  return [
    both(
      [
        ...(ids.length > 0 ? [sql<SqlBool>`${key} in ${within(ids)}`] : []),
        ...(asked.includes('none') ? [sql<SqlBool>`${key} is null`] : []),
      ],
      'or',
    ),
  ]
}

export const listProducts = (
  db: Read | Tx,
  actor: Actor,
  query: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Product>> =>
  products.list(db, actor, query, { ...(heavy && { heavy }), where: under(query['under']), ...searching(db, query.q) })

export async function createProduct(tx: Tx, actor: Actor, body: CreateOf<typeof product>): Promise<Product> {
  const number = body.number ?? (await freeNumber(tx, 'CP', actor.today, product.table))
  const facts = { taxRateBp: taxRateBp.default, active: active.default, ...body, number }
  const columns = productColumns(facts)
  const row = await products.create(tx, actor, facts, { ...columns })
  await indexProduct(tx, row.id, facts, columns.initials, true)
  return row
}

export async function updateProduct(
  tx: Tx,
  actor: Actor,
  id: number,
  patch: UpdateOf<typeof product>,
): Promise<Product> {
  if (patch.number === null) throw invalidField('number', '产品编号不能为空')
  await products.reach(tx, actor, id, 'product.update')
  const before = (await storedRow(tx, product, id)) as unknown as Stored
  const row = await products.update(tx, actor, id, patch, (stored, kept) =>
    productColumns({ ...stored, ...kept } as unknown as Stored),
  )
  const after = (await storedRow(tx, product, id)) as unknown as Stored
  if (after.searchText !== before.searchText) await indexProduct(tx, id, after, after.initials)
  return row
}

/** Into the recycle bin; documents keep their own words of it. */
export async function removeProduct(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await products.remove(tx, actor, id, version)
  return null
}

/** Back into its category, if that is still there. */
export async function restoreProduct(tx: Tx, actor: Actor, id: number): Promise<Product> {
  await products.reachRecycled(tx, actor, id)
  const { categoryId } = (await storedRow(tx, product, id)) as unknown as Stored
  const kept =
    categoryId !== null &&
    (await tx
      .selectFrom('productCategories')
      .select('id')
      .where('id', '=', categoryId)
      .where('deletedAt', 'is', null)
      .executeTakeFirst())
  return products.restore(tx, actor, id, kept ? {} : { categoryId: null })
}

/** What names a product keeps it: a document without it could not be read any more. */
const NAMED_IN = [
  ['quoteLines', '已用在报价里'],
  ['orderLines', '已用在订单里'],
  ['productPrices', '已设了价格'],
  ['priceMoves', '已列入可调价清单'],
  ['productUses', '已记了客户用量'],
] as const

/** Takes back what an import made a moment ago; says what keeps it, or null. */
export async function withdrawProduct(tx: Tx, actor: Actor, id: number): Promise<string | null> {
  await products.reach(tx, actor, id, 'product.delete')
  for (const [table, reason] of NAMED_IN) {
    const { rows } = await sql`select 1 from ${sql.table(table)} where ${sql.ref('productId')} = ${id} limit 1`.execute(
      tx,
    )
    if (rows.length > 0) return reason
  }
  const before = (await storedRow(tx, product, id))!
  await dropTokens(tx, 'productSearch', id)
  await tx.deleteFrom('products').where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: 'product',
    recordId: id,
    action: 'withdraw',
    before: snapshot(product, before, before),
    note: '撤销导入',
  })
  return null
}
