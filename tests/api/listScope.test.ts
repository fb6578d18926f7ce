import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { allRelations, grants, type Persona, personas } from '../support/policy.ts'
import { makeSubjects, type Subjects } from '../support/subjects.ts'

// Whether a row may be opened and whether a list shows it are two conditions in SQL, and a list of thousands is asked in another
// way than a short one. All of them must draw the same line.

let app: TestApp
let subjects: Subjects
const readers = personas.filter(
  (persona): persona is Exclude<Persona, 'stranger'> =>
    persona !== 'stranger' && grants[persona]['customer.read'] !== undefined,
)
beforeAll(async () => {
  app = await openTestApp()
  subjects = await makeSubjects(app)
  for (const persona of readers)
    for (const relation of allRelations) {
      await subjects.make(persona, 'customer', relation)
      await subjects.make(persona, 'contact', relation)
    }
})
afterAll(() => app.close())

const PATHS = ['customers', 'contacts'] as const
type Path = (typeof PATHS)[number] | 'interactions'
const idsIn = (body: { items: { id: number }[] }) => body.items.map(({ id }) => id)

/** All ids of the table that the persona may open one by one. */
async function openable(persona: Persona, path: Path): Promise<number[]> {
  const rows = await app.store.read.selectFrom(path).select('id').orderBy('id').execute()
  const found: number[] = []
  for (const { id } of rows) if ((await subjects.as(persona).get(`/api/${path}/${id}`)).status === 200) found.push(id)
  return found
}
/** All ids a list shows, page by page. */
async function listed(persona: Persona, path: Path, query = ''): Promise<number[]> {
  const found: number[] = []
  for (let page = 1; ; page++) {
    const { body } = await subjects.as(persona).get(`/api/${path}?sort=id&size=200&page=${page}${query}`)
    found.push(...idsIn(body))
    if (body.items.length < 200) {
      if (body.total !== found.length) throw new Error(`${path}: ${body.total} said, ${found.length} shown`)
      return found
    }
  }
}

describe('列表里的正是能打开的', () => {
  it.each(readers.flatMap((persona) => PATHS.map((path) => [persona, path] as const)))(
    '%s %s',
    async (persona, path) => {
      const mine = await openable(persona, path)
      expect(mine.length).toBeGreaterThan(2)
      expect(await listed(persona, path)).toEqual(mine)
      for (const sort of ['-updatedAt', 'name']) {
        const { body } = await subjects.as(persona).get(`/api/${path}?size=200&sort=${sort}`)
        expect(idsIn(body).toSorted((a, b) => a - b)).toEqual(mine)
      }
      expect((await subjects.as(persona).get(`/api/${path}?count=exact&size=1`)).body.total).toBe(mine.length)
    },
  )

  it('按别人的负责人筛选,只剩协作的;按没有负责人筛选,只有看全部的人有', async () => {
    const foreign = `&ownerId=${app.ids.users.sales2}`
    const inTable = await app.store.read
      .selectFrom('collaborators')
      .innerJoin('customers', 'customers.id', 'collaborators.recordId')
      .select('recordId')
      .where('userId', '=', app.ids.users.sales1)
      .where('customers.deletedAt', 'is', null)
      .orderBy('recordId')
      .execute()
    expect(await listed('sales1', 'customers', foreign)).toEqual(inTable.map(({ recordId }) => recordId))
    for (const persona of ['sales1', 'head1'] as const)
      expect(await listed(persona, 'customers', '&ownerId=none')).toEqual([])
    expect((await listed('finance', 'customers', '&ownerId=none')).length).toBeGreaterThan(0)
  })

  it('回收站只给能删的人,范围同样', async () => {
    const gone = await listed('head1', 'customers', '&deleted=only')
    const all = await listed('admin', 'customers', '&deleted=only')
    expect(gone.length).toBeGreaterThan(0)
    expect(gone.length).toBeLessThan(all.length)
    for (const id of all.filter((one) => !gone.includes(one)))
      expect((await subjects.as('head1').post(`/api/customers/${id}/restore`)).status).toBe(404)
    expect((await subjects.as('sales1').get('/api/contacts?deleted=only')).status).toBe(200)
    for (const persona of ['sales1', 'finance', 'both'] as const)
      expect((await subjects.as(persona).get('/api/customers?deleted=only')).status).toBe(403)
  })
})

/** A hundred a day from the first of March on, of customers everywhere: own, foreign, shared, nobody's, in the recycle bin. */
async function insertFollowUps(): Promise<void> {
  const customers = await app.store.read.selectFrom('customers').select('id').orderBy('id').execute()
  const authors = [app.ids.users.sales1, app.ids.users.sales1b, app.ids.users.sales2]
  const rows = Array.from({ length: 1_400 }, (_, n) => {
    const at = new Date(Date.UTC(2026, 2, 1) + Math.floor(n / 100) * 86_400_000 + (n % 100) * 60_000).toISOString()
    return {
      customerId: customers[n % 2 === 0 ? (n / 2) % 60 : (n * 7) % customers.length]!.id,
      contactId: null,
      kind: n % 3 === 0 ? 'call' : 'visit',
      text: `第${n}次`,
      result: null,
      followedAt: at,
      authorId: authors[n % 3]!,
      counts: 0 as const,
      version: 1,
      createdAt: at,
      updatedAt: at,
      deletedAt: null,
    }
  })
  for (let from = 0; from < rows.length; from += 200)
    await app.store.tx((tx) =>
      tx
        .insertInto('interactions')
        .values(rows.slice(from, from + 200))
        .execute(),
    )
}

describe('自己圈子里有几千个客户时', () => {
  beforeAll(async () => {
    const rows = Array.from({ length: 3_100 }, (_, n) => bareCustomer(n, { ownerId: app.ids.users.sales1b }))
    await insertCustomers(app.store, rows)
    await insertFollowUps()
  })

  it.each(PATHS)('列表仍是同样的范围:%s', async (path) => {
    const circle = [app.ids.users.head1, app.ids.users.sales1, app.ids.users.sales1b, app.ids.users.sub1]
    const { read } = app.store
    const shared = await read
      .selectFrom('collaborators')
      .select('recordId')
      .where('userId', '=', app.ids.users.head1)
      .execute()
    const also = new Set(shared.map(({ recordId }) => recordId))
    const team = await read.selectFrom('users').select('id').where('teamId', '=', app.ids.teams.D1).execute()
    const owners = new Set([...circle, ...team.map(({ id }) => id)])
    const customers = await read
      .selectFrom('customers')
      .select(['id', 'ownerId'])
      .where('deletedAt', 'is', null)
      .orderBy('id')
      .execute()
    const visible = new Set(
      customers.filter((row) => owners.has(row.ownerId ?? 0) || also.has(row.id)).map(({ id }) => id),
    )
    const contacts = await read
      .selectFrom('contacts')
      .select(['id', 'customerId'])
      .where('deletedAt', 'is', null)
      .orderBy('id')
      .execute()
    const wanted =
      path === 'customers' ? [...visible] : contacts.filter((row) => visible.has(row.customerId)).map(({ id }) => id)
    expect(await listed('head1', path)).toEqual(wanted)
    expect(
      await listed('head1', path, `&q=${encodeURIComponent(path === 'customers' ? '关系客户' : '联系人')}`),
    ).not.toEqual([])
  })

  const seen: Partial<Record<Persona, Promise<ReadonlySet<number>>>> = {}
  // A day's rows are tested one by one, a week's against the set of visible customers, a year's start from the customers.
  it.each([
    ['一天', '2026-03-01', 100],
    ['几天', '2026-03-07', 700],
    ['两周', '2026-03-14', 1_400],
    ['一直', '2027-01-01', 1_400],
  ] as const)('%s的跟进记录:列表、数目和按人统计都是看得到的客户的', async (_span, until, most) => {
    const span = `followedAtFrom=2026-03-01T00:00:00.000Z&followedAtTo=${until}T23:59:59.999Z`
    const rows = await app.store.read
      .selectFrom('interactions')
      .select(['id', 'customerId', 'authorId'])
      .where('followedAt', '>=', '2026-03-01')
      .where('followedAt', '<=', `${until}T23:59:59.999Z`)
      .where('deletedAt', 'is', null)
      .orderBy('id')
      .execute()
    for (const persona of ['head1', 'admin', 'sales1'] as const) {
      const mine = await (seen[persona] ??= listed(persona, 'customers').then((ids) => new Set(ids)))
      const wanted = rows.filter(({ customerId }) => mine.has(customerId))
      expect(wanted.length, persona).toBeGreaterThan(0)
      expect(wanted.length, persona).toBeLessThan(most)
      expect(await listed(persona, 'interactions', `&${span}`), persona).toEqual(wanted.map(({ id }) => id))
      const author = app.ids.users.sales1b
      const written = wanted.filter(({ authorId }) => authorId === author)
      expect(await listed(persona, 'interactions', `&${span}&authorId=${author}`), persona).toEqual(
        written.map(({ id }) => id),
      )
      if (until.startsWith('2027')) continue
      const { body } = await subjects.as(persona).get(`/api/interactions/people?${span}`)
      const people = body.items as { authorId: number; count: number }[]
      expect(people.find(({ authorId }) => authorId === author)?.count ?? 0, persona).toBe(written.length)
      expect(
        people.reduce((sum, { count }) => sum + count, 0),
        persona,
      ).toBe(wanted.length)
    }
  })

  it('搜索同样不越界', async () => {
    const rows = (await subjects.as('head1').get(`/api/customers?size=200&q=${encodeURIComponent('关系客户')}`)).body
    const allowed = new Set(await listed('head1', 'customers'))
    expect(rows.items.length).toBeGreaterThan(0)
    expect(idsIn(rows).filter((id) => !allowed.has(id))).toEqual([])
  })
})
