import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

const FOLLOW_UPS = 10_000
const AT_ONCE = 500

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const company = (name: string) => app.make.customer({ name, ownerId: app.ids.users.sales1 })
const followUpsOf = async (customerId: number) => {
  const { n } = await app.store.read
    .selectFrom('interactions')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('customerId', '=', customerId)
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** One as people write it, and many like it. */
async function followUp(customerId: number): Promise<void> {
  await app.make.interaction({ customerId })
  const { id: _, ...facts } = await app.store.read
    .selectFrom('interactions')
    .selectAll()
    .where('customerId', '=', customerId)
    .executeTakeFirstOrThrow()
  for (let n = 1; n < FOLLOW_UPS; n += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, FOLLOW_UPS - n) }, () => facts)
    await app.store.tx(async (tx) => void (await tx.insertInto('interactions').values(rows).execute()))
  }
}

/** How often a colleague's list was answered before the work was done. One after the other: what came before it began cannot stand for the rest. */
async function meanwhile<T>(work: Promise<T>): Promise<readonly [result: T, answered: number]> {
  let isDone = false
  const done = work.finally(() => (isDone = true))
  for (let answered = 0; ; answered++) {
    expect((await app.as('sales2').get('/api/customers?size=20')).status).toBe(200)
    if (isDone) return [await done, answered]
  }
}

it('合并一万条跟进时照常答复同事;一条不少,撤销后也一条不少', async () => {
  const [a, b] = [await company('跟进很多的公司'), await company('跟进很多的另一家')]
  await followUp(b.id)
  const { body: customer } = await app.as('admin').get(`/api/customers/${b.id}`)
  const both = { version: a.version, otherId: b.id, otherVersion: customer.version }

  const [merged, toldOfMerge] = await meanwhile(app.byToken('admin').post(`/api/customers/${a.id}/merge`, both))
  expect(merged.status).toBe(200)
  expect([await followUpsOf(a.id), await followUpsOf(b.id)]).toEqual([FOLLOW_UPS, 0])

  const [undone, toldOfUndo] = await meanwhile(
    app.byToken('admin').post(`/api/customers/merges/${merged.body.mergeId}/undo`),
  )
  expect(undone.status).toBe(200)
  expect([await followUpsOf(a.id), await followUpsOf(b.id)]).toEqual([0, FOLLOW_UPS])
  // On the thread that answers requests it was three at most.
  expect(Math.min(toldOfMerge, toldOfUndo)).toBeGreaterThan(5)
})
