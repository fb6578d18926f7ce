import type { ProductCategory } from '@crm/shared/contract/products'
import { productCategory } from '@crm/shared/entities/product'
import type { CreateOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { RawBuilder } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Actor } from '../../core/access/actor.ts'
import { crud } from '../../core/rows/crud.ts'
import { invalidField, problem } from '../../core/problem.ts'
import { storedRow } from '../../core/rows/rows.ts'
import type { Tx } from '../../db/store.ts'

export const categories = crud(productCategory)
type Placed = Pick<ProductCategory, 'name' | 'parentId'>

/** Ids of these categories and all below them, as a sub-query. */
export const within = (ids: readonly number[]): RawBuilder<number> => sql<number>`(with recursive below(id) as (
  select id from ${sql.table('productCategories')} where id in (${sql.join(ids)})
  union select c.id from ${sql.table('productCategories')} c join below on c.${sql.ref('parentId')} = below.id
) select id from below)`

async function checkPlace(tx: Tx, { name, parentId }: Placed, id: number): Promise<void> {
  if (parentId !== null) {
    const { rows } = await sql<{ id: number }>`select id from ${within([id])} x`.execute(tx)
    if (rows.some((row) => row.id === parentId)) throw invalidField('parentId', '上级类别不能是它自己或它的下级')
  }
  const twin = await tx
    .selectFrom('productCategories')
    .select('id')
    .where('name', '=', name)
    .where('parentId', parentId === null ? 'is' : '=', parentId)
    .where('id', '!=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!twin) return
  const message = `同一级已有类别“${name}”`
  throw problem('taken', message, { errors: [{ field: 'name', message }] })
}

export async function createCategory(
  tx: Tx,
  actor: Actor,
  body: CreateOf<typeof productCategory>,
): Promise<ProductCategory> {
  await checkPlace(tx, { name: body.name, parentId: body.parentId ?? null }, 0)
  return categories.create(tx, actor, { position: productCategory.fields.position.default, ...body })
}

/** The categories of a path, from the top down; those that are there already stay. */
export async function createPath(tx: Tx, actor: Actor, names: readonly string[]): Promise<void> {
  let parentId: number | null = null
  for (const name of names) {
    const known: { id: number } | undefined = await tx
      .selectFrom('productCategories')
      .select('id')
      .where('name', '=', name)
      .where('parentId', parentId === null ? 'is' : '=', parentId)
      .where('deletedAt', 'is', null)
      .executeTakeFirst()
    parentId = (known ?? (await createCategory(tx, actor, { name, parentId }))).id
  }
}

export async function updateCategory(
  tx: Tx,
  actor: Actor,
  id: number,
  patch: UpdateOf<typeof productCategory>,
): Promise<ProductCategory> {
  await categories.reach(tx, actor, id, 'product.update')
  const before = (await storedRow(tx, productCategory, id)) as unknown as Placed
  if (patch.name !== undefined || patch.parentId !== undefined)
    await checkPlace(tx, { ...before, ...(patch as Partial<Placed>) }, id)
  return categories.update(tx, actor, id, patch)
}

/** Only an empty one: what is in it must go somewhere first. */
export async function removeCategory(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await categories.reach(tx, actor, id, 'product.update')
  const child = await tx
    .selectFrom('productCategories')
    .select('name')
    .where('parentId', '=', id)
    .where('deletedAt', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (child) throw problem('in_use', `它下面还有类别“${child.name}”,不能删除`)
  const held = await tx
    .selectFrom('products')
    .select('name')
    .where('categoryId', '=', id)
    .where('deletedAt', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (held) throw problem('in_use', `类别里还有产品“${held.name}”,请先改到别的类别`)
  await categories.remove(tx, actor, id, version)
  return null
}

export async function restoreCategory(tx: Tx, actor: Actor, id: number): Promise<ProductCategory> {
  await categories.reachRecycled(tx, actor, id)
  const gone = (await storedRow(tx, productCategory, id)) as unknown as Placed
  if (gone.parentId !== null) {
    const parent = (await storedRow(tx, productCategory, gone.parentId)) as { deletedAt: string | null } | undefined
    if (parent?.deletedAt) throw problem('in_use', '它的上级类别在回收站里,请先恢复上级')
  }
  await checkPlace(tx, gone, id)
  return categories.restore(tx, actor, id)
}
