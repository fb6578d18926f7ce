import type { DeliveryDetail } from '@crm/shared/contract/deliveries'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { mostMilli } from '@crm/shared/rules/deliveries'
import { deliveryState } from '@crm/shared/rules/orderMoves'
import { deliver, voidDelivery } from '@crm/server/modules/contracts/deliveries/service'
import { systemActor } from '@crm/server/core/access/actor'
import type { Followers } from '@crm/server/modules/contracts/followers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bearing, deliveryDesk, TODAY } from '../support/deliveryDesk.ts'

let app: TestApp
let customerId: number
let n = 0
const users = () => app.ids.users
const { confirmed, orderNow, hand, cancel, setTolerance } = deliveryDesk(() => ({ app, customerId }))

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `收货公司${++n}号`, ownerId: users().sales1 })).id
})

it('随便交、退、作废多少次,明细上的已交已退总等于有效交货单之和,状态总是明细说的', async () => {
  let seed = 20_261_122
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return Math.floor((seed / 2_147_483_647) * below)
  }
  await setTolerance(1_000)
  const order = await confirmed({ lines: [bearing(), bearing({ name: '滚珠', qtyMilli: 3_000 })] })
  const made: DeliveryDetail[] = []
  const seen = { ok: 0, refused: 0 }
  for (let step = 0; step < 60; step += 1) {
    const kind = random(3) === 0 ? 'return' : 'delivery'
    const isVoid = random(4) === 0 && made.length > 0
    const { body, status } = isVoid
      ? await cancel(made[random(made.length)]!)
      : await hand(order, [random(5_000) + 1, random(2) === 0 ? random(2_000) + 1 : null], { kind }, 'head1')
    expect([200, 201, 409]).toContain(status)
    seen[status === 409 ? 'refused' : 'ok'] += 1
    if (status === 201) made.push(body)
    const now = await orderNow(order.id)
    const rows = await app.store.read
      .selectFrom('deliveryLines')
      .innerJoin('deliveries', 'deliveries.id', 'deliveryLines.deliveryId')
      .select(['orderLineId', 'kind', 'qtyMilli'])
      .where('orderId', '=', order.id)
      .where('state', '=', 'done')
      .execute()
    for (const line of now.lines) {
      const sum = (of: string) =>
        rows.filter((row) => row.orderLineId === line.id && row.kind === of).reduce((a, row) => a + row.qtyMilli, 0)
      expect([line.deliveredMilli, line.returnedMilli]).toEqual([sum('delivery'), sum('return')])
      const had = line.deliveredMilli - line.returnedMilli
      expect(had >= 0 && had <= mostMilli(line.qtyMilli, 1_000)).toBe(true)
    }
    expect(now.state).toBe(deliveryState(now.lines))
  }
  expect(seen.ok > 15 && seen.refused > 5).toBe(true)
  await setTolerance(0)
}, 60_000)

describe('跟着交货走的', () => {
  const actor = () => systemActor(app.clock.now(), app.clock.today(), 'cli', '测试')
  const told: string[] = []
  const watching: Followers = [
    {
      judgeOrder: async (_tx, _actor, order, at) => {
        told.push(`judge ${at} ${order.state}`)
        return [{ outcome: 'warn', code: 'illegal_move', message: '额度快用完了' }]
      },
      delivered: async (_tx, _actor, { kind }, lines) => void told.push(`${kind} ${String(lines[0]!['qtyMilli'])}`),
      deliveryVoided: async (_tx, _actor, { kind }) => void told.push(`void ${kind}`),
    },
  ]
  const handBy = (order: OrderDetail, followers: Followers, kind: 'delivery' | 'return' = 'delivery') =>
    app.store.tx((tx) =>
      deliver(
        tx,
        actor(),
        {
          orderId: order.id,
          kind,
          deliveredOn: TODAY,
          lines: [{ orderLineId: order.lines[0]!.id, qtyMilli: 1_000 }],
        },
        followers,
      ),
    )

  it('交货前先问规则,交货、退货、作废都告诉,警告带回来', async () => {
    const order = await confirmed()
    told.length = 0
    const out = await handBy(order, watching)
    expect(out.warnings).toEqual(['额度快用完了'])
    const back = await handBy(order, watching, 'return')
    await app.store.tx((tx) => voidDelivery(tx, actor(), back.id, { version: 1, reason: '错' }, watching))
    expect(told).toEqual(['judge delivery confirmed', 'delivery 1000', 'return 1000', 'void return'])
  })

  it('规则禁止的,一点不交;需审批的,只有管额度的人能放行', async () => {
    const order = await confirmed()
    const saying = (outcome: 'refuse' | 'approve'): Followers => [
      { judgeOrder: async () => [{ outcome, code: 'illegal_move', message: '超出信用额度' }] },
    ]
    await expect(handBy(order, saying('refuse'))).rejects.toThrow('超出信用额度')
    expect((await orderNow(order.id)).lines[0]).toMatchObject({ deliveredMilli: 0 })
    const clerk = { ...actor(), grants: new Map(actor().grants) }
    clerk.grants.delete('credit.manage')
    const lines = [{ orderLineId: order.lines[0]!.id, qtyMilli: 1_000 }]
    const body = { orderId: order.id, deliveredOn: TODAY, lines }
    await expect(app.store.tx((tx) => deliver(tx, clerk, body, saying('approve')))).rejects.toThrow('超出信用额度')
    expect((await handBy(order, saying('approve'))).warnings).toEqual(['超出信用额度'])
  })
})
