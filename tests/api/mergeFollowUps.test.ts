import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'

const HOUR_MS = 3_600_000
let app: TestApp
let n = 0
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.byToken('admin')
const users = () => app.ids.users
const customer = (owner: 'sales1' | 'sales2') =>
  app.make.customer({ name: `两条记录${(n += 1)}`, ownerId: users()[owner] }, admin())
/** An hour later somebody follows up; returns when. */
async function followUp(who: Username, customerId: number): Promise<string> {
  app.clock.advance(HOUR_MS)
  await app.byToken(who).post('/api/interactions', { customerId, kind: 'call', text: '谈了' })
  return app.clock.now()
}
const traced = (id: number) =>
  app.store.read
    .selectFrom('customers')
    .select(['lastFollowUpAt', 'lastValidFollowUpAt'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
const merge = async (id: number, otherId: number, fields = {}) => {
  const { status, body } = await admin().post(`/api/customers/${id}/merge`, {
    version: 1,
    otherId,
    otherVersion: 1,
    fields,
  })
  expect(status).toBe(200)
  return body.mergeId as number
}

it('合并过来的别人的跟进看得到,但不延长现在负责人的公海期限;撤销合并后各归各的', async () => {
  const [kept, gone] = [await customer('sales1'), await customer('sales2')]
  const own = await followUp('sales1', kept.id)
  const foreign = await followUp('sales2', gone.id)
  const mergeId = await merge(kept.id, gone.id)
  expect(await traced(kept.id)).toEqual({ lastFollowUpAt: foreign, lastValidFollowUpAt: own })
  // Nor after a follow-up was taken away, when both are looked for anew.
  const later = await followUp('sales1', kept.id)
  expect(await traced(kept.id)).toEqual({ lastFollowUpAt: later, lastValidFollowUpAt: later })
  const { items } = (await admin().get(`/api/interactions?customerId=${kept.id}`)).body
  const [last] = items
  await admin().delete(`/api/interactions/${last.id}?version=${last.version}`)
  expect(await traced(kept.id)).toEqual({ lastFollowUpAt: foreign, lastValidFollowUpAt: own })
  expect((await admin().post(`/api/customers/merges/${mergeId}/undo`)).status).toBe(200)
  expect(await traced(kept.id)).toEqual({ lastFollowUpAt: own, lastValidFollowUpAt: own })
  expect(await traced(gone.id)).toEqual({ lastFollowUpAt: foreign, lastValidFollowUpAt: foreign })
})

it('选了另一条的负责人,算他的跟进;协作人的照样算', async () => {
  const [kept, gone] = [await customer('sales1'), await customer('sales2')]
  const theirs = await followUp('sales2', gone.id)
  await followUp('sales1', kept.id)
  await merge(kept.id, gone.id, { ownerId: 'other' })
  expect((await traced(kept.id)).lastValidFollowUpAt).toBe(theirs)

  const [first, second] = [await customer('sales1'), await customer('sales2')]
  await admin().put(`/api/customers/${second.id}/collaborators`, { items: [{ userId: users().sub1, access: 'edit' }] })
  await followUp('sales1', first.id)
  const helped = await followUp('sub1', second.id)
  await followUp('sales2', second.id)
  await merge(first.id, second.id)
  expect((await traced(first.id)).lastValidFollowUpAt).toBe(helped)
})
