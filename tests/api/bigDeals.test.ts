import { systemActor } from '@crm/server/core/access/actor'
import { noticeBigDeal } from '@crm/server/modules/system/bigDeals/service'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const setRules = (items: object[]) => app.as('admin').put('/api/settings/big-deals', { items })
interface Change {
  readonly amountFen?: number
  readonly beforeFen?: number | null
  readonly discountBp?: number | null
  readonly beforeDiscountBp?: number | null
  readonly owner?: Username
  readonly by?: Username
  readonly recordId?: number
}
const change = ({ amountFen = 0, beforeFen = null, by = 'sub1', owner = 'sub1', recordId = 1, ...rest }: Change) => {
  const actor = { ...systemActor(app.clock.now(), app.clock.today(), 'cli', '测试'), id: users()[by] }
  const facts = { entity: 'order', recordId, title: `订单 ${recordId}`, customerId: null, link: `/orders/${recordId}` }
  return app.store.tx((tx) =>
    noticeBigDeal(tx, actor, { ...facts, ownerId: users()[owner], amountFen, beforeFen, ...rest }),
  )
}
/** Everything told since the last look: whom, what kind, the words. */
async function told() {
  const rows = await app.store.read
    .selectFrom('notifications')
    .innerJoin('users', 'users.id', 'notifications.userId')
    .select(['users.username', 'kind', 'body'])
    .where('kind', 'in', ['bigDeal', 'discount'])
    .orderBy('notifications.id')
    .execute()
  await app.store.tx((tx) => tx.deleteFrom('notifications').where('onceKey', 'is', null).execute())
  return rows.map(({ body, kind, username }) => `${username} ${kind} ${body}`)
}
beforeEach(async () => void (await app.store.tx((tx) => tx.deleteFrom('notifications').execute())))

describe('大额业务', () => {
  it('金额向上越过时告诉负责人的各级经理,只这一次;降下去再越过,再告诉一次', async () => {
    await setRules([{ amountFen: 100_000_00 }])
    await change({ amountFen: 99_999_99 })
    expect(await told()).toEqual([])
    await change({ amountFen: 100_000_00, beforeFen: 99_999_99 })
    expect(await told()).toEqual(['head1 bigDeal 金额 100,000.00 元'])
    await change({ amountFen: 120_000_00, beforeFen: 100_000_00 })
    await change({ amountFen: 10_00, beforeFen: 120_000_00 })
    expect(await told()).toEqual([])
    await change({ amountFen: 100_000_01, beforeFen: 10_00 })
    await change({ amountFen: 300_000_00, recordId: 2 })
    expect(await told()).toHaveLength(2)
  })

  it('最近的部门的规则先于上级部门和公司的;自己做的不告诉自己', async () => {
    const { D1 } = app.ids.teams
    await setRules([{ amountFen: 1_000_00 }, { teamId: D1, amountFen: 500_000_00 }])
    await change({ amountFen: 400_000_00 })
    expect(await told()).toEqual([])
    await change({ amountFen: 500_000_00 })
    expect(await told()).toHaveLength(1)
    await change({ amountFen: 500_000_00, by: 'head1' })
    await change({ amountFen: 2_000_00, owner: 'sales2', by: 'sales2' })
    expect(await told()).toEqual([])
  })
})

describe('大额合同', () => {
  it('签订时告诉各级经理;变更使金额越过时再告诉,变更前已经过了的不再说', async () => {
    await setRules([{ amountFen: 100_000_00 }])
    const { id: customerId } = await app.make.customer({ name: '大单公司', ownerId: users().sub1 })
    const by = app.as('admin')
    const signed = async (amountFen: number) => {
      const facts = { customerId, title: '供货合同', amountFen, ownerId: users().sub1 }
      const { body } = await by.post('/api/contracts', facts)
      await by.post(`/api/contracts/${body.id}/submit`, { version: 1 })
      return (await by.post(`/api/contracts/${body.id}/sign`, { version: 2, signedOn: '2026-11-22' })).body
    }
    const changed = async ({ id, version }: { id: number; version: number }, amountFen: number) =>
      (await by.post(`/api/contracts/${id}/change`, { version, reason: '加量', amountFen })).body
    await signed(100_000_00)
    expect(await told()).toEqual(['head1 bigDeal 金额 100,000.00 元'])
    const small = await signed(99_999_99)
    expect(await told()).toEqual([])
    const big = await changed(small, 200_000_00)
    expect(await told()).toEqual(['head1 bigDeal 金额 200,000.00 元'])
    await changed(big, 300_000_00)
    expect(await told()).toEqual([])
  })
})

describe('折扣', () => {
  it('超过比例才告诉;不知道改前折扣的,一张单据只告诉一次', async () => {
    await setRules([{ discountBp: 1000 }])
    await change({ discountBp: 1000 })
    expect(await told()).toEqual([])
    await change({ discountBp: 1250 })
    await change({ discountBp: 2000 })
    expect(await told()).toEqual(['head1 discount 让利 12.5%,超过 10%'])
    await change({ discountBp: 2000, beforeDiscountBp: 1500, recordId: 7 })
    await change({ discountBp: 1500, beforeDiscountBp: 900, recordId: 7 })
    expect(await told()).toEqual(['head1 discount 让利 12.5%,超过 10%', 'head1 discount 让利 15%,超过 10%'])
  })
})

describe('折扣提醒', () => {
  it('按客户本来的价格算:直接写低单价也是让利,客户的专价不是', async () => {
    await setRules([{ discountBp: 1000 }])
    const { id: customerId } = await app.make.customer({ name: '压价公司', ownerId: users().sub1 })
    const { id: productId } = await app.make.product({ name: '轴承', priceFen: 100_00 })
    const order = async (priceFen: number, more: object = {}) => {
      const lines = [{ productId, qtyMilli: 2_000, priceFen, ...more }]
      const { body } = await app.as('sub1').post('/api/orders', { customerId, orderedOn: '2026-11-22', lines })
      expect((await app.as('sub1').post(`/api/orders/${body.id}/submit`, { version: 1 })).status).toBe(200)
    }
    await order(90_00)
    expect(await told()).toEqual([])
    await order(85_00)
    const said = await told()
    expect(said).toEqual(['head1 discount 让利 15%,超过 10%'])
    await app.make.productPrice({ productId, customerId, priceFen: 80_00 })
    await order(80_00)
    await order(120_00)
    expect(await told()).toEqual(said)
    await order(120_00, { discountBp: 2_000 })
    expect(await told()).toEqual([...said, 'head1 discount 让利 20%,超过 10%'])
  })

  it('原价大得离谱的也不出错', async () => {
    await setRules([{ discountBp: 1000 }])
    const { id: customerId } = await app.make.customer({ name: '天价公司', ownerId: users().sub1 })
    const { id: productId } = await app.make.product({ name: '天价', priceFen: 1, costFen: 2 ** 51 })
    const by = app.as('sub1')
    const write = (line: object) =>
      by.post('/api/orders', { customerId, orderedOn: '2026-11-22', lines: [{ qtyMilli: 2_000, ...line }] })
    const { body } = await write({ name: '件', priceFen: 2 ** 51, discountBp: 6_000 })
    expect((await by.post(`/api/orders/${body.id}/submit`, { version: 1 })).body.state).toBe('confirmed')
    await expectRefusal(app, () => write({ productId, priceFen: 1 }), 400, 'lines')
  })
})

describe('规则', () => {
  it('一次换掉全部,人人可看,只有能改设置的人能改,写错的整批不收', async () => {
    const items = [{ teamId: app.ids.teams.D1, amountFen: 5, discountBp: null }]
    expect((await setRules(items)).body).toEqual({ items })
    expect((await app.as('sales1').get('/api/settings/big-deals')).body).toEqual({ items })
    await expectRefusal(app, () => setRules([{ amountFen: 0 }]), 400, 'items.0.amountFen')
    await expectRefusal(app, () => setRules([{ discountBp: 10_001 }]), 400, 'items.0.discountBp')
    await expectRefusal(app, () => setRules([{}]), 400, 'items.0.amountFen')
    await expectRefusal(app, () => setRules([{ amountFen: 1, teamId: 999_999 }]), 400, 'items.0.teamId')
    await expectRefusal(app, () => setRules([{ amountFen: 1 }, { amountFen: 2 }]), 400, 'items.1.teamId')
    await expectRefusal(app, () => app.as('head1').put('/api/settings/big-deals', { items: [] }), 403)
  })
})
