import type { Read, Tx } from '../../db/store.ts'

/** What a document takes over from a product on its day. */
export interface Goods {
  readonly id: number
  readonly name: string
  readonly spec: string | null
  readonly unitLabel: string | null
  readonly taxRateBp: number
  readonly costFen: number | null
  /** In the recycle bin: only documents that name it already may go on doing so. */
  readonly isGone: boolean
}

/** The products of these ids, by id. */
export async function goodsOf(db: Read | Tx, ids: readonly number[]): Promise<ReadonlyMap<number, Goods>> {
  if (ids.length === 0) return new Map()
  const rows = await (db as Tx)
    .selectFrom('products')
    .leftJoin('dictItems', (join) =>
      join.onRef('dictItems.code', '=', 'products.unit').on('dictItems.dictionary', '=', 'productUnit'),
    )
    .select(['products.id', 'products.name', 'products.spec', 'products.taxRateBp', 'products.costFen'])
    .select(['products.deletedAt', 'dictItems.label as unitLabel'])
    .where('products.id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map(({ deletedAt, ...row }) => [row.id, { ...row, isGone: deletedAt !== null }]))
}
