import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containsText, inDirection, inIds, startsWith, textLength } from '@crm/server/db/dialect'
import { dropTokens, matching, putTokens } from '@crm/server/db/search'
import type { Store } from '@crm/server/db/store'
import { openTestStore, testEngine } from '../support/engine.ts'
import type { TestStore } from '../support/engine.ts'
import { shop, shopMigrations } from '../support/shop.ts'

const NAMES = [
  '100%纯茶',
  '100号',
  '10_0',
  '10x0',
  'ABC',
  'abd',
  '华为',
  '华\u{20bb7}',
  '华',
  "O'Neil",
  'a\\b',
  '上海',
  '北京',
  'Zoo',
  'apple',
]

let place: TestStore
let store: Store
const goods = () => shop(store.read).selectFrom('goods')
const named = async (condition: ReturnType<typeof containsText>) =>
  (await goods().select('name').where(condition).orderBy('id').execute()).map((g) => g.name)

beforeAll(async () => {
  place = await openTestStore({ migrations: shopMigrations })
  store = place.store
  const rows = NAMES.map((name, i) => ({ name, code: i % 3 === 0 ? null : name, stock: i, priceFen: 0 }))
  await store.tx((tx) => shop(tx).insertInto('goods').values(rows).execute())
})
afterAll(() => place.close())

/** The engine's own words about how it would find the goods. */
async function planOf(condition: RawBuilder<unknown>, order = sql``): Promise<string> {
  const explain = sql.raw(testEngine === 'sqlite' ? 'explain query plan' : 'explain')
  return store.tx(async (tx) => {
    // A handful of rows is always scanned otherwise.
    for (const way of testEngine === 'postgres' ? ['enable_seqscan', 'enable_sort'] : []) {
      await sql`set local ${sql.ref(way)} = off`.execute(tx)
    }
    const { rows } = await sql`${explain} select name from goods where ${condition} ${order}`.execute(tx)
    return JSON.stringify(rows)
  })
}

describe('条件', () => {
  it('编号表:一个、很多、一个都没有', async () => {
    const ids = async (wanted: number[]) =>
      (
        await goods()
          .select('id')
          .where(inIds(store.read, 'goods.id', wanted))
          .orderBy('id')
          .execute()
      ).map((g) => g.id)
    expect(await ids([2])).toEqual([2])
    expect(await ids([3, 1, 1, 99_999])).toEqual([1, 3])
    expect(await ids([])).toEqual([])
    expect(await ids(Array.from({ length: 100_000 }, (_, i) => i))).toHaveLength(NAMES.length)
  })

  it('编号表的语句不随个数变', () => {
    const text = (ids: number[]) =>
      goods()
        .where(inIds(store.read, 'id', ids))
        .selectAll()
        .compile().sql
    expect(text([1])).toBe(text([1, 2, 3]))
  })

  it('开头:% 和 _ 只是字,大小写分明,最后一个字也不越界', async () => {
    expect(await named(startsWith('name', '100%'))).toEqual(['100%纯茶'])
    expect(await named(startsWith('name', '10_'))).toEqual(['10_0'])
    expect(await named(startsWith('name', 'A'))).toEqual(['ABC'])
    expect(await named(startsWith('name', '华'))).toEqual(['华为', '华\u{20bb7}', '华'])
    expect(await named(startsWith('name', '\u{10ffff}'))).toEqual([])
    expect(await named(startsWith('name', 'a\u{10ffff}'))).toEqual([])
    expect(await named(startsWith('name', '\ud7ff'))).toEqual([])
    expect(await named(startsWith('name', ''))).toEqual(NAMES)
  })

  it('包含:% _ \\ 引号只是字,A-Z 不分大小写', async () => {
    expect(await named(containsText('name', '%'))).toEqual(['100%纯茶'])
    expect(await named(containsText('name', '_'))).toEqual(['10_0'])
    expect(await named(containsText('name', '\\'))).toEqual(['a\\b'])
    expect(await named(containsText('name', "'"))).toEqual(["O'Neil"])
    expect(await named(containsText('name', 'bC'))).toEqual(['ABC'])
    expect(await named(containsText('name', '\u{20bb7}'))).toEqual(['华\u{20bb7}'])
  })

  it('长度按字数', async () => {
    const { n } = await goods()
      .select(textLength('name').as('n'))
      .where('name', '=', '华\u{20bb7}')
      .executeTakeFirstOrThrow()
    expect(n).toBe(2)
  })

  it('开头的条件走索引', async () => {
    expect(await planOf(startsWith('name', '华'))).toMatch(/goods_name_index/)
    expect(await planOf(containsText('name', '华'))).not.toMatch(/SEARCH|Index Cond/)
  })
})

describe('顺序', () => {
  it('文字按字码排,两种引擎一样', async () => {
    const sorted = [...NAMES].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect((await goods().select('name').orderBy('name').execute()).map((g) => g.name)).toEqual(sorted)
  })

  it('空值升序在前、降序在后', async () => {
    const codes = async (direction: 'asc' | 'desc') =>
      (await goods().select('code').orderBy(inDirection('code', direction)).execute()).map((g) => g.code === null)
    expect((await codes('asc')).indexOf(false)).toBe(5)
    expect((await codes('desc')).indexOf(true)).toBe(NAMES.length - 5)
  })
})

it('两个方向的排序都由索引给出,不另外排', async () => {
  const all = sql`1 = 1`
  for (const direction of ['asc nulls first', 'desc nulls last']) {
    const plan = await planOf(all, sql`order by name ${sql.raw(direction)} limit 5`)
    expect(plan).toMatch(/goods_name_index/)
    expect(plan).not.toMatch(/Sort|TEMP B-TREE/)
  }
})

describe('搜索索引', () => {
  const found = async (...tokens: string[]) =>
    (
      await goods()
        .select('id')
        .where('id', 'in', matching(store.read, 'goodsSearch', tokens))
        .orderBy('id')
        .execute()
    ).map((g) => g.id)

  it('全部词元都在的行才找到;替换、删除即时生效', async () => {
    await store.tx(async (tx) => {
      await putTokens(tx, 'goodsSearch', 1, '华 为 华为 hw 800')
      await putTokens(tx, 'goodsSearch', 2, '华 夏 华夏 hx 800')
    })
    expect(await found('华')).toEqual([1, 2])
    expect(await found('华为')).toEqual([1])
    expect(await found('华', '800', 'hx')).toEqual([2])
    expect(await found('为夏')).toEqual([])
    await store.tx((tx) => putTokens(tx, 'goodsSearch', 1, '平 安 平安'))
    expect(await found('华')).toEqual([2])
    expect(await found('平安')).toEqual([1])
    await store.tx((tx) => dropTokens(tx, 'goodsSearch', 1))
    expect(await found('平安')).toEqual([])
  })

  it('引号、运算符、生僻字都只是字;没有词元就没有结果', async () => {
    await store.tx((tx) => putTokens(tx, 'goodsSearch', 3, `a"b a'b 𠮷 near or c&d e\\f (g :* AB`))
    const letters = ['a"b', "a'b", '𠮷', 'near', 'or', 'c&d', 'e\\f', '(g', ':*', 'ab', 'AB']
    const strangers = ['"', "'", '*', '&', '!', 'a"', '-a', '\\', 'a*', 'NOT']
    const hits: string[] = []
    for (const token of [...letters, ...strangers]) if ((await found(token)).includes(3)) hits.push(token)
    expect(hits).toEqual(letters)
    expect(await found()).toEqual([])
    expect(await found('')).toEqual([])
  })
})
