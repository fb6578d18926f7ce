import { recycle } from '@crm/server/modules/customers/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
let n = 0
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.byToken('admin')
const customer = () =>
  app.make.customer({ name: `有事在办${(n += 1)}`, ownerId: app.ids.users.sales2 }, app.byToken('admin'))
const standing = async (id: number) => (await app.byToken('sales2').get(`/api/customers/${id}/pool`)).body
const line = { name: '轴承', qtyMilli: 2_000, priceFen: 12_345 }
async function order(customerId: number) {
  const { body } = await admin().post('/api/orders', { customerId, orderedOn: app.clock.today(), lines: [line] })
  return (await admin().post(`/api/orders/${body.id}/submit`, { version: body.version })).body
}

describe('有事在办的客户', () => {
  it('有未交完的订单时不回收,客户页和预览写明原因;公海可以不管这一条;订单作废后照规则回收', async () => {
    const { body: pool } = await admin().post('/api/pools', {
      name: '豁免公海',
      memberTeamIds: [app.ids.teams.D2],
      followUpDays: 10,
    })
    const [busy, idle] = [await customer(), await customer()]
    const placed = await order(busy.id)
    expect(await standing(busy.id)).toMatchObject({ leavesOn: null, holds: [{ kind: 'order', until: null }] })
    expect(await standing(idle.id)).toMatchObject({ daysLeft: 11, holds: [] })
    app.clock.advance(11 * DAY_MS)
    const preview = async () => (await admin().get(`/api/pools/${pool.id}/preview`)).body
    expect(await preview()).toMatchObject({
      total: 1,
      items: [{ id: idle.id }],
      held: { total: 1, items: [{ id: busy.id, isLocked: false, holds: [{ kind: 'order', until: null }] }] },
    })
    await recycle(app.store, app.clock)
    expect(await standing(busy.id)).toMatchObject({ poolName: '豁免公海', leavesOn: null })

    // The switch of the pool, and back.
    const { body: off } = await admin().patch(`/api/pools/${pool.id}`, { version: pool.version, exemptOrder: false })
    expect(await standing(busy.id)).toMatchObject({ daysLeft: 0, holds: [] })
    expect(await preview()).toMatchObject({ total: 1, held: { total: 0 } })
    await admin().patch(`/api/pools/${pool.id}`, { version: off.version, exemptOrder: true })
    expect((await preview()).total).toBe(0)

    await admin().post(`/api/orders/${placed.id}/void`, { version: placed.version, reason: '客户取消' })
    expect(await standing(busy.id)).toMatchObject({ daysLeft: 0, rule: 'noFollowUp' })
    await recycle(app.store, app.clock)
    const { read } = app.store
    const row = await read.selectFrom('customers').select('poolId').where('id', '=', busy.id).executeTakeFirstOrThrow()
    expect(row.poolId).toBe(pool.id)
  })
})
