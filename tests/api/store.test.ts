import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '@crm/server/db/open'
import { BusyError } from '@crm/server/db/store'
import type { Store, Tx } from '@crm/server/db/store'
import { openTestStore, testEngine } from '../support/engine.ts'
import type { TestStore } from '../support/engine.ts'
import { shop, shopMigrations } from '../support/shop.ts'

let place: TestStore
let store: Store

const add = (tx: Tx, name: string, code: string | null = null) =>
  shop(tx).insertInto('goods').values({ name, code, stock: 0, priceFen: 0 }).returning('id').executeTakeFirstOrThrow()
const names = async (from = store) =>
  (await shop(from.read).selectFrom('goods').select('name').orderBy('id').execute()).map((g) => g.name)
const stockOf = async (id: number) =>
  (await shop(store.read).selectFrom('goods').select('stock').where('id', '=', id).executeTakeFirstOrThrow()).stock
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

beforeEach(async () => {
  place = await openTestStore({ migrations: shopMigrations })
  store = place.store
})
afterEach(() => place.close())

describe('事务', () => {
  it('完成就提交,抛错就全部撤回', async () => {
    await store.tx((tx) => add(tx, '茶'))
    const failed = store.tx(async (tx) => {
      await add(tx, '酒')
      throw new Error('库存不足')
    })
    await expect(failed).rejects.toThrow('库存不足')
    expect(await names()).toEqual(['茶'])
  })

  it('读者不等慢的写者,也看不到未提交的行', async () => {
    let seen: string[] = []
    const started = Promise.withResolvers<void>()
    const looked = Promise.withResolvers<void>()
    const writing = store.tx(async (tx) => {
      await add(tx, '茶')
      started.resolve()
      await looked.promise
    })
    await started.promise
    seen = await names()
    looked.resolve()
    await writing
    expect(seen).toEqual([])
    expect(await names()).toEqual(['茶'])
  })

  it('事务里用根句柄、再开事务、跑重查询,都当场报错而不是永远等下去', async () => {
    const inside = (work: () => Promise<unknown>) => store.tx(() => work())
    await expect(inside(() => names())).rejects.toThrow(/inside tx/)
    await expect(inside(() => store.tx((tx) => add(tx, '茶')))).rejects.toThrow(/inside tx/)
    await expect(inside(() => store.heavy(shop(store.read).selectFrom('goods').selectAll().compile()))).rejects.toThrow(
      /inside tx/,
    )
    expect(await names()).toEqual([])
  })

  it('事务里启动的定时器,事务结束后可以正常读', async () => {
    const later = Promise.withResolvers<string[]>()
    await store.tx(async (tx) => {
      setTimeout(() => void names().then(later.resolve, later.reject), 30)
      await add(tx, '茶')
    })
    expect(await later.promise).toEqual(['茶'])
  })

  it('事务结束后泄漏出来的句柄不能再用', async () => {
    let leaked: Tx | undefined
    await store.tx(async (tx) => void (leaked = tx))
    await expect(add(leaked as Tx, '幽灵')).rejects.toThrow()
    let failedTx: Tx | undefined
    await store
      .tx(async (tx) => {
        failedTx = tx
        throw new Error('撤回')
      })
      .catch(() => {})
    await expect(add(failedTx as Tx, '幽灵')).rejects.toThrow()
    expect(await names()).toEqual([])
  })

  it('没有等待的语句,不会在事务撤回之后自成一笔', async () => {
    const strays: Promise<unknown>[] = []
    const failed = store.tx(async (tx) => {
      // One for every moment around the roll-back.
      for (let turns = 0; turns < 100; turns++) {
        const stray = async () => {
          for (let i = 0; i < turns; i++) await Promise.resolve()
          await add(tx, `迷路${turns}`)
        }
        strays.push(stray().catch(() => {}))
      }
      throw new Error('撤回')
    })
    await expect(failed).rejects.toThrow('撤回')
    await Promise.all(strays)
    expect(await names()).toEqual([])
  })

  it('吞掉一条失败的语句,事务也不会只提交一半', async () => {
    await store.tx((tx) => add(tx, '茶', 'A'))
    const swallowed = store.tx(async (tx) => {
      await add(tx, '酒')
      await add(tx, '重复', 'A').catch(() => {})
    })
    await expect(swallowed).rejects.toThrow()
    const continued = store.tx(async (tx) => {
      await add(tx, '重复', 'A').catch(() => {})
      await add(tx, '酒')
    })
    await expect(continued).rejects.toThrow()
    expect(await names()).toEqual(['茶'])
  })

  it('50 个并发的读-改-写一个不丢', async () => {
    const { id } = await store.tx((tx) => add(tx, '茶'))
    await Promise.all(
      Array.from({ length: 50 }, () =>
        store.tx(async (tx) => {
          const { stock } = await shop(tx)
            .selectFrom('goods')
            .select('stock')
            .where('id', '=', id)
            .executeTakeFirstOrThrow()
          await shop(tx)
            .updateTable('goods')
            .set({ stock: stock + 1 })
            .where('id', '=', id)
            .execute()
        }),
      ),
    )
    expect(await stockOf(id)).toBe(50)
  })

  it('两个服务同时写同一行也一个不丢', async () => {
    const { id } = await store.tx((tx) => add(tx, '茶'))
    const other = openStore(place.target)
    const bump = (on: Store) =>
      on.tx(async (tx) => {
        const { stock } = await shop(tx)
          .selectFrom('goods')
          .select('stock')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        await shop(tx)
          .updateTable('goods')
          .set({ stock: stock + 1 })
          .where('id', '=', id)
          .execute()
      })
    for (let round = 0; round < 10; round++) await Promise.all([bump(store), bump(other)])
    await other.close()
    expect(await stockOf(id)).toBe(20)
  })

  it('先查后插的两个事务,不会都以为自己是第一个', async () => {
    const first = (name: string) =>
      store.tx(async (tx) => {
        const found = await shop(tx).selectFrom('goods').select('id').where('name', 'like', '茶%').execute()
        if (found.length === 0) await add(tx, name)
      })
    await Promise.all(Array.from({ length: 8 }, (_, i) => first(`茶${i}`)))
    expect(await names()).toHaveLength(1)
  })

  it('读句柄不能写', async () => {
    await expect(
      shop(store.read).insertInto('goods').values({ name: '茶', stock: 0, priceFen: 0 }).execute(),
    ).rejects.toThrow(/read-?only/i)
  })
})

describe('通知', () => {
  it('提交之后才唤醒,撤回不唤醒', async () => {
    let woken = 0
    const stop = store.listen('outbox', () => void woken++)
    await sleep(200)
    woken = 0
    await store
      .tx(async (tx) => {
        await store.notify(tx, 'outbox')
        throw new Error('撤回')
      })
      .catch(() => {})
    await sleep(100)
    expect(woken).toBe(0)
    await store.tx((tx) => store.notify(tx, 'outbox'))
    await sleep(200)
    expect(woken).toBe(1)
    stop()
    await store.tx((tx) => store.notify(tx, 'outbox'))
    await sleep(100)
    expect(woken).toBe(1)
  })

  it.runIf(testEngine === 'postgres')('另一台服务的通知也收得到', async () => {
    let woken = 0
    store.listen('outbox', () => void woken++)
    await sleep(200)
    woken = 0
    const other = openStore(place.target)
    await other.tx((tx) => other.notify(tx, 'outbox'))
    await sleep(200)
    await other.close()
    expect(woken).toBe(1)
  })
})

describe.runIf(testEngine === 'postgres')('通知的连接断了', () => {
  it('自己接回来,并把可能错过的补叫一遍', async () => {
    let woken = 0
    store.listen('outbox', () => void woken++)
    await expect.poll(() => woken).toBe(1)
    await store.tx((tx) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'listen%'`.execute(tx),
    )
    await expect.poll(() => woken, { timeout: 5_000 }).toBe(2)
    await store.tx((tx) => store.notify(tx, 'outbox'))
    await expect.poll(() => woken).toBe(3)
  })
})

describe('停与换', () => {
  it('重的查询返回与普通读一样的行', async () => {
    await store.tx((tx) => add(tx, '茶', 'A'))
    const query = shop(store.read).selectFrom('goods').select(['name', 'code', 'onSale'])
    expect(await store.heavy(query.compile())).toEqual(await query.execute())
  })

  it('关闭期间拒绝,之后照常;进行中的事务先做完', async () => {
    const order: string[] = []
    const started = Promise.withResolvers<void>()
    const writing = store.tx(async (tx) => {
      await add(tx, '茶')
      started.resolve()
      await sleep(50)
      order.push('事务完')
    })
    await started.promise
    await store.whileClosed(async () => {
      order.push('已关闭')
      await expect(store.tx((tx) => add(tx, '挤进来'))).rejects.toBeInstanceOf(BusyError)
      await expect(names()).rejects.toBeInstanceOf(BusyError)
    })
    await writing
    expect(order).toEqual(['事务完', '已关闭'])
    expect(await names()).toEqual(['茶'])
  })

  it('说得出引擎和版本', async () => {
    const { engine, version } = await store.health()
    expect(engine).toBe(testEngine)
    expect(version).toMatch(/^\d+\.\d+/)
  })
})
