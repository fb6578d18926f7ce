import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store, Tx } from '@crm/server/db/store'
import { isForeignKeyViolation, isUniqueViolation } from '@crm/server/db/trouble'
import { openTestStore, testEngine } from '../support/engine.ts'
import type { TestStore } from '../support/engine.ts'
import { shop, shopMigrations } from '../support/shop.ts'

let place: TestStore
let store: Store

const add = (tx: Tx, name: string, code: string | null = null) =>
  shop(tx).insertInto('goods').values({ name, code, stock: 0, priceFen: 0 }).returning('id').executeTakeFirstOrThrow()
const names = async (from = store) =>
  (await shop(from.read).selectFrom('goods').select('name').orderBy('id').execute()).map((g) => g.name)

beforeEach(async () => {
  place = await openTestStore({ migrations: shopMigrations })
  store = place.store
})
afterEach(() => place.close())

describe('值', () => {
  it('布尔、日期、undefined、NaN、超过 2^53 的整数不会进库', async () => {
    for (const value of [true, new Date(), undefined, Number.NaN, 2 ** 60, { a: 1 }]) {
      const writing = store.tx((tx) => sql`update goods set stock = ${value}`.execute(tx))
      await expect(writing).rejects.toThrow(TypeError)
    }
  })

  it('数目、合计、真假都是数', async () => {
    const rows = [
      { name: '茶', stock: 1, priceFen: 2 ** 51 },
      { name: '酒', stock: 2, priceFen: 3 },
    ]
    await store.tx((tx) => shop(tx).insertInto('goods').values(rows).execute())
    const found =
      await sql`select count(*) as n, sum(stock) as total, max("priceFen") as dearest, min(stock) = 1 as one,
      avg(stock) as mean from goods`.execute(shop(store.read))
    expect(found.rows).toEqual([{ n: 2, total: 3, dearest: 2 ** 51, one: 1, mean: 1.5 }])
  })

  it.runIf(testEngine === 'postgres')('超过 2^53 的合计宁可报错也不四舍五入', async () => {
    const rows = Array.from({ length: 5 }, () => ({ name: '楼', stock: 1, priceFen: 2 ** 51 }))
    await store.tx((tx) => shop(tx).insertInto('goods').values(rows).execute())
    const total = sql`select sum("priceFen") as s from goods`.execute(shop(store.read))
    await expect(total).rejects.toThrow(/2\^53/)
  })

  it('标志只能是 0 或 1;编号超过 32 位也只是查无此行', async () => {
    await expect(
      store.tx((tx) => shop(tx).insertInto('goods').values({ name: '茶', stock: 0, priceFen: 0, onSale: 2 }).execute()),
    ).rejects.toThrow(/check/i)
    expect(await shop(store.read).selectFrom('goods').select('id').where('id', '=', 3_000_000_000).execute()).toEqual(
      [],
    )
  })

  it('唯一冲突说得出是哪一列,外键冲突也认得', async () => {
    await store.tx((tx) => add(tx, '茶', 'A'))
    const error = await store.tx((tx) => add(tx, '酒', 'A')).catch((e: unknown) => e)
    expect(isUniqueViolation(error)).toMatchObject({ columns: ['code'], table: 'goods' })
    expect(isUniqueViolation(new Error('x'))).toBe(false)
    const orphan = await store
      .tx((tx) => shop(tx).insertInto('ledger').values({ goodsId: 99, text: 'x' }).execute())
      .catch((e: unknown) => e)
    expect(isForeignKeyViolation(orphan)).toBe(true)
    expect(isUniqueViolation(orphan)).toBe(false)
  })

  it('删除后的编码可以再用', async () => {
    await store.tx((tx) => add(tx, '茶', 'A'))
    await store.tx((tx) => shop(tx).updateTable('goods').set({ deletedAt: '2026-01-01T00:00:00.000Z' }).execute())
    await store.tx((tx) => add(tx, '酒', 'A'))
    expect(await names()).toEqual(['茶', '酒'])
  })
})

describe('触发器', () => {
  it('只增不改的表,谁也改不动、删不掉、盖不住', async () => {
    const { id: goodsId } = await store.tx((tx) => add(tx, '茶'))
    await store.tx((tx) => shop(tx).insertInto('ledger').values({ goodsId, text: '入库' }).execute())
    const refused = (work: (tx: Tx) => Promise<unknown>) =>
      expect(store.tx(work)).rejects.toThrow(/append-only|conflict|duplicate|syntax/)
    await refused((tx) => shop(tx).updateTable('ledger').set({ text: '改' }).execute())
    await refused((tx) => shop(tx).deleteFrom('ledger').execute())
    await refused((tx) =>
      shop(tx)
        .insertInto('ledger')
        .values({ id: 1, goodsId, text: '盖' })
        .onConflict((c) => c.column('id').doUpdateSet({ text: '盖' }))
        .execute(),
    )
    await refused((tx) =>
      sql`insert or replace into ledger (id, "goodsId", text) values (1, ${goodsId}, '盖')`.execute(tx),
    )
    if (testEngine === 'postgres') await refused((tx) => sql`truncate ledger`.execute(tx))
    expect(await shop(store.read).selectFrom('ledger').select('text').execute()).toEqual([{ text: '入库' }])
  })

  it('写到权限相关的列,版本就往前走;写别的列不走', async () => {
    const version = async () =>
      (await shop(store.read).selectFrom('rightsVersion').select('n').executeTakeFirstOrThrow()).n
    await store.tx((tx) => add(tx, '茶'))
    const created = await version()
    expect(created).toBeGreaterThan(0)
    await store.tx((tx) => shop(tx).updateTable('goods').set({ stock: 5 }).execute())
    expect(await version()).toBe(created)
    await store.tx((tx) => shop(tx).updateTable('goods').set({ onSale: 1 }).execute())
    const changed = await version()
    expect(changed).toBeGreaterThan(created)
    await store.tx((tx) => shop(tx).deleteFrom('goods').execute())
    expect(await version()).toBeGreaterThan(changed)
  })
})
