import { integrity } from '@crm/server/db/sqlite'
import { recycle } from '@crm/server/modules/customers/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { documentsOf } from '../support/heldBy.ts'
const DAY_MS = 24 * 3_600_000
let app: TestApp
let n = 0
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const runRules = () => recycle(app.store, app.clock)

describe('预览与任务', () => {
  it('任意数据、任意改动之后,预览的正是当天任务回收的;没被改动的,一周前就说准了', async () => {
    const admin = app.byToken('admin')
    const random = seeded(20_261_122)
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
    const { body: pool } = await admin.post('/api/pools', {
      name: `随机${++n}`,
      memberTeamIds: [app.ids.teams.D2],
      followUpDays: 12,
      dealDays: 25,
      contractDays: 6,
      exemptWon: false,
      exemptOrder: false,
    })
    await admin.put(`/api/pools/${pool.id}/days`, {
      items: [
        { level: 'A', followUpDays: 7 },
        { level: 'B', followUpDays: 0, dealDays: 9 },
        { level: 'C', dealDays: 0, contractDays: 15 },
      ],
    })
    const { sales2 } = users()
    const ago = (days: number) => new Date(Date.parse(app.clock.now()) - Math.floor(days * DAY_MS)).toISOString()
    const addDay = (days: number) => new Date(Date.parse(app.clock.now()) + days * DAY_MS).toISOString().slice(0, 10)
    const facts = () => ({
      ownerId: sales2,
      level: pick([null, 'A', 'B', 'C', 'D']),
      status: pick(['potential', 'potential', 'active', 'won'] as const),
      receivedAt: ago(random() * 14),
      lastValidFollowUpAt: random() < 0.5 ? null : ago(random() * 14),
      recycleExtendedUntil: random() < 0.15 ? addDay(Math.floor(random() * 20) - 5) : null,
      isLocked: random() < 0.1 ? (1 as const) : (0 as const),
    })
    await insertCustomers(
      app.store,
      Array.from({ length: 200 }, (_, i) => bareCustomer(20_000 + i, facts())),
    )
    const documents = documentsOf(app, random)
    const all = await app.store.read.selectFrom('customers').select('id').where('number', 'like', 'PL-20%').execute()
    await documents.add(all.map(({ id }) => id).filter(() => random() < 0.4))
    const generated = async () =>
      (
        await app.store.read
          .selectFrom('customers')
          .select(['id', 'ownerId'])
          .where('number', 'like', 'PL-20%')
          .execute()
      ).filter(({ ownerId }) => ownerId === sales2)
    const preview = async (on?: string) =>
      (await admin.get(`/api/pools/${pool.id}/preview?size=1000${on ? `&on=${on}` : ''}`)).body as {
        total: number
        items: { id: number; on: string; rule: string }[]
        held: { total: number; items: { id: number; isLocked: boolean; holds: unknown[] }[] }
      }
    const weekAhead = new Map<string, { id: number; on: string }[]>()
    const edited = new Map<number, string>()
    let moved = 0
    let stayed = 0
    const rules = new Set<string>()
    for (let day = 0; day < 13; day += 1) {
      const today = app.clock.today()
      const week = await preview(addDay(7))
      expect(week.items).toHaveLength(week.total)
      weekAhead.set(
        addDay(7),
        week.items.filter(({ on }) => on === addDay(7)),
      )
      for (let edits = 0; edits < 7; edits += 1) {
        const { id } = pick(await generated())
        edited.set(id, today)
        if (random() < 0.4) {
          await documents.change(id)
          continue
        }
        const { lastValidFollowUpAt, level, status, recycleExtendedUntil, isLocked } = facts()
        const change = pick([{ lastValidFollowUpAt }, { level }, { status }, { recycleExtendedUntil }, { isLocked }])
        await app.store.tx((tx) => tx.updateTable('customers').set(change).where('id', '=', id).execute())
      }
      const told = await preview()
      stayed += told.held.total
      expect(told.held.items.every(({ holds, isLocked }) => isLocked || holds.length > 0)).toBe(true)
      expect(told.held.items.filter(({ id }) => told.items.some((one) => one.id === id))).toEqual([])
      const before = new Set((await generated()).map(({ id }) => id))
      const batch = await runRules()
      const after = new Set((await generated()).map(({ id }) => id))
      const gone = [...before].filter((id) => !after.has(id))
      expect(new Set(told.items.map(({ id }) => id))).toEqual(new Set(gone))
      expect(batch?.moved ?? 0).toBe(gone.length)
      const moves = await app.store.read
        .selectFrom('poolMoves')
        .select(['customerId', 'cause'])
        .where('onDay', '=', today)
        .where('toPoolId', '=', pool.id)
        .execute()
      expect(new Map(moves.map((one) => [one.customerId, one.cause]))).toEqual(
        new Map(told.items.map((one) => [one.id, one.rule])),
      )
      expect(await runRules()).toBeNull()
      const since = (id: number) => (edited.get(id) ?? '') >= addDay(-7)
      // Of the first week nothing was said a week before.
      const promised = (weekAhead.get(today)?.map(({ id }) => id) ?? gone).filter((id) => !since(id))
      expect(new Set(gone.filter((id) => !since(id)))).toEqual(new Set(promised))
      moved += gone.length
      for (const { rule } of told.items) rules.add(rule)
      app.clock.advance(DAY_MS)
    }
    expect(moved).toBeGreaterThan(60)
    expect(stayed).toBeGreaterThan(40)
    expect([...rules].toSorted()).toEqual(['noContract', 'noDeal', 'noFollowUp'])
    // The step answers for its references itself.
    expect(await integrity(app.store)).toEqual([])
  })
})

/** The same numbers at every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
