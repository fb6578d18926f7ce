import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
const sales1 = () => app.as('sales1')
const head1 = () => app.as('head1')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const line = (more: object = {}) => ({ name: '轴承', qtyMilli: 3_000, priceFen: 3_350, ...more })
const facts = (more: object = {}) => ({
  customerId,
  quotedOn: '2026-11-22',
  validUntil: '2026-12-22',
  terms: '款到发货',
  lines: [line()],
  ...more,
})
const write = async (more: object = {}) => (await sales1().post('/api/quotes', facts(more))).body
const move = (id: number, name: string, body: object = {}) => sales1().post(`/api/quotes/${id}/${name}`, body)
const sent = async (more: object = {}) => {
  const { id, version } = await write(more)
  return (await move(id, 'send', { version })).body
}
const accepted = async (more: object = {}) => {
  const { id, version } = await sent(more)
  return (await move(id, 'accept', { version })).body
}
const stateOf = async (id: number) => (await sales1().get(`/api/quotes/${id}`)).body.state
/** As if it had been written to be valid until a day that is over. */
const expire = (id: number) =>
  app.store.tx(
    async (tx) =>
      void (await tx.updateTable('quotes').set({ validUntil: '2026-11-01' }).where('id', '=', id).execute()),
  )

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `询价公司${++n}号`, ownerId: app.ids.users.sales1 })).id
})

describe('写报价', () => {
  it('两人同时改一张:后保存的得到带明细的最新内容,明细不会因此丢失', async () => {
    const made = await write()
    await sales1().patch(`/api/quotes/${made.id}`, { version: made.version, terms: '月结' })
    const late = await sales1().patch(`/api/quotes/${made.id}`, { version: made.version, notes: '急' })
    expect(late.status).toBe(409)
    expect(late.body.current).toMatchObject({ terms: '月结', lines: [{ name: '轴承', qtyMilli: 3_000 }] })
  })

  it('自动编号、草稿;金额与订单同一算法;业务员与部门是当天的', async () => {
    const made = await write({
      discountFen: 100,
      lines: [line(), line({ name: '滚珠', qtyMilli: 1_500, priceFen: 67, discountBp: 500 })],
    })
    expect(made).toMatchObject({
      number: expect.stringMatching(/^BJ202611-\d{4}$/),
      revision: 1,
      state: 'draft',
      isExpired: false,
      amountFen: 10_050 + 95 - 100,
      ownerId: app.ids.users.sales1,
      teamId: app.ids.teams.D1,
      lines: [
        { position: 1, name: '轴承' },
        { position: 2, name: '滚珠' },
      ],
      versions: [{ revision: 1, state: 'draft' }],
    })
    const sum = (key: 'amountFen' | 'taxFen') =>
      made.lines.reduce((total: number, each: Record<string, number>) => total + each[key]!, 0)
    expect([sum('amountFen'), sum('taxFen')]).toEqual([made.amountFen, made.taxFen])
    expect((await sales1().get(`/api/quotes/${made.id}`)).body).toEqual(made)
  })

  it('有效期不能早于报价日期;没有明细、整单优惠太大都拒绝', async () => {
    await refuses(() => sales1().post('/api/quotes', facts({ validUntil: '2026-11-21' })), 400, 'validUntil')
    await refuses(() => sales1().post('/api/quotes', facts({ lines: [] })), 400, 'lines')
    await refuses(() => sales1().post('/api/quotes', facts({ discountFen: 10_051 })), 400, 'discountFen')
    await refuses(
      () => sales1().post('/api/quotes', facts({ lines: [line({ productId: 999_999 })] })),
      400,
      'lines.0.productId',
    )
  })

  it('草稿可改,发出后不能改、不能删,只能改版', async () => {
    const { id, version } = await write()
    const changed = (await sales1().patch(`/api/quotes/${id}`, { version, lines: [line({ qtyMilli: 1_000 })] })).body
    expect(changed).toMatchObject({ amountFen: 3_350, version: 2 })
    const later = (await move(id, 'send', { version: 2 })).body
    await refuses(() => sales1().patch(`/api/quotes/${id}`, { version: later.version, notes: '改' }), 409)
    await refuses(() => head1().delete(`/api/quotes/${id}?version=${later.version}`), 409)
  })

  it('同一个 Idempotency-Key 只写一张', async () => {
    const send = () =>
      sales1().send({
        method: 'POST',
        url: '/api/quotes',
        payload: facts(),
        headers: { 'idempotency-key': `quote-${n}` },
      })
    const [a, b] = [await send(), await send()]
    expect([a.status, b.status, b.body.id]).toEqual([201, 201, a.body.id])
  })
})

describe('发出与答复', () => {
  it('草稿 → 已发出 → 已接受,每一步进审计与时间线', async () => {
    const { id } = await accepted()
    expect(await auditOf(app, 'quote', id)).toMatchObject(
      expect.arrayContaining(['create', 'send', 'accept'].map((action) => expect.objectContaining({ action }))),
    )
    const { items } = (await sales1().get(`/api/customers/${customerId}/timeline?kinds=quote`)).body
    expect(items.map((entry: { title: string }) => entry.title.slice(0, 4).trim())).toEqual(
      ['接受报价', '报价'].map((w) => expect.stringContaining(w)),
    )
  })

  it('未成要写原因;走不通的步骤拒绝', async () => {
    const draft = await write()
    await refuses(() => move(draft.id, 'accept', { version: 1 }), 409)
    await refuses(() => move(draft.id, 'revise', { version: 1 }), 409)
    const { id, version } = await sent()
    await refuses(() => move(id, 'decline', { version }), 400, 'reason')
    expect((await move(id, 'decline', { version, reason: '价格高' })).body).toMatchObject({
      state: 'declined',
      declineReason: '价格高',
    })
    await refuses(() => move(id, 'accept', { version: version + 1 }), 409)
  })

  it('过期是算出来的:不能发出也不能接受,延长后可以', async () => {
    const { id, version } = await sent()
    await expire(id)
    expect((await sales1().get(`/api/quotes/${id}`)).body).toMatchObject({ state: 'sent', isExpired: true })
    const expired = (await sales1().get(`/api/quotes?expired=1&customerId=${customerId}`)).body
    expect(expired.items).toMatchObject([{ id, isExpired: true }])
    await refuses(() => move(id, 'accept', { version }), 409)
    await refuses(() => move(id, 'renew', { version, validUntil: '2026-11-01' }), 400, 'validUntil')
    const renewed = (await move(id, 'renew', { version, validUntil: '2026-12-31' })).body
    expect(renewed).toMatchObject({ isExpired: false, validUntil: '2026-12-31' })
    expect((await move(id, 'accept', { version: renewed.version })).body.state).toBe('accepted')
    const draft = await write()
    await expire(draft.id)
    await refuses(() => move(draft.id, 'send', { version: 1 }), 409)
  })
})

describe('改版', () => {
  it('下一版是草稿,编号带版次,内容照抄,有效期一样长;原来那版变为已有新版', async () => {
    const first = await sent({ notes: '含运费', quotedOn: '2026-11-20', validUntil: '2026-12-20' })
    const { body, status } = await move(first.id, 'revise', { version: first.version })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      number: `${first.number}-2`,
      revision: 2,
      rootId: first.id,
      state: 'draft',
      quotedOn: '2026-11-22',
      validUntil: '2026-12-22',
      notes: '含运费',
      terms: '款到发货',
      amountFen: first.amountFen,
      lines: [{ name: '轴承', qtyMilli: 3_000, amountFen: first.amountFen }],
      versions: [
        { revision: 2, state: 'draft' },
        { revision: 1, state: 'replaced' },
      ],
    })
    await refuses(() => move(first.id, 'accept', { version: first.version + 1 }), 409)
    const second = (await move(body.id, 'send', { version: body.version })).body
    const third = (await move(second.id, 'revise', { version: second.version })).body
    expect(third).toMatchObject({ number: `${first.number}-3`, rootId: first.id })
    expect((await sales1().get(`/api/quotes/${first.id}`)).body.versions).toHaveLength(3)
  })

  it('删掉新版草稿,原来那版又有效;从回收站恢复,又轮到新版;编号不重复', async () => {
    const first = await sent()
    const second = (await move(first.id, 'revise', { version: first.version })).body
    await head1().delete(`/api/quotes/${second.id}?version=${second.version}`)
    expect(await stateOf(first.id)).toBe('sent')
    expect((await head1().post(`/api/quotes/${second.id}/restore`)).body).toMatchObject({ state: 'draft', revision: 2 })
    expect(await stateOf(first.id)).toBe('replaced')
    const { version } = (await sales1().get(`/api/quotes/${second.id}`)).body
    await head1().delete(`/api/quotes/${second.id}?version=${version}`)
    const again = (await sales1().get(`/api/quotes/${first.id}`)).body
    const third = (await move(first.id, 'revise', { version: again.version })).body
    expect(third.number).toBe(`${first.number}-3`)
    await refuses(() => head1().post(`/api/quotes/${second.id}/restore`), 409)
  })

  it('客户接受过的改了版,新版又扔掉:仍是接受的,可以转订单', async () => {
    const first = await accepted()
    const next = (await move(first.id, 'revise', { version: first.version })).body
    await sales1().delete(`/api/quotes/${next.id}?version=${next.version}`)
    const back = (await sales1().get(`/api/quotes/${first.id}`)).body
    expect(back.state).toBe('accepted')
    expect((await move(first.id, 'order', { version: back.version })).status).toBe(201)
  })

  it('两人同时改版,只有一人成', async () => {
    const { id, version } = await sent()
    const all = await Promise.all([move(id, 'revise', { version }), move(id, 'revise', { version })])
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
    expect((await sales1().get(`/api/quotes/${id}`)).body.versions).toHaveLength(2)
  })

  it('复制是另一张新的报价单;商品已删除也照抄', async () => {
    const { id: productId, version } = (
      await app.as('admin').post('/api/products', { name: `报价商品${n}`, priceFen: 100 })
    ).body
    const from = await sent({ lines: [line({ productId, name: undefined })] })
    await app.as('admin').delete(`/api/products/${productId}?version=${version}`)
    const made = (await move(from.id, 'copy')).body
    expect(made).toMatchObject({
      state: 'draft',
      revision: 1,
      rootId: null,
      lines: [{ name: `报价商品${n}`, productId }],
    })
    expect(made.number).not.toContain(from.number)
    expect((await sales1().patch(`/api/quotes/${made.id}`, { version: 1, notes: '改' })).status).toBe(200)
    expect(await stateOf(from.id)).toBe('sent')
  })
})

describe('转订单', () => {
  it('只有接受的能转,转一次;订单是草稿,记着来自哪张报价,金额相同', async () => {
    const waiting = await sent()
    await refuses(() => move(waiting.id, 'order', { version: waiting.version }), 409)
    const { amountFen, id, version } = await accepted({ discountFen: 50 })
    const { body, status } = await move(id, 'order', { version })
    expect(status).toBe(201)
    expect(body).toMatchObject({ state: 'draft', quoteId: id, customerId, amountFen, lines: [{ name: '轴承' }] })
    await refuses(() => move(id, 'order', { version }), 409)
    await refuses(() => move(id, 'revise', { version }), 409)
    expect((await sales1().get(`/api/orders?quoteId=${id}`)).body.items).toMatchObject([{ id: body.id }])
    await head1().delete(`/api/orders/${body.id}?version=${body.version}`)
    expect((await move(id, 'order', { version })).status).toBe(201)
  })

  it('同时转两次,只有一张订单', async () => {
    const { id, version } = await accepted()
    const all = await Promise.all([move(id, 'order', { version }), move(id, 'order', { version })])
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
  })
})

it('打印记入审计;看不到的记录不能记', async () => {
  const { id } = await write()
  expect((await sales1().post('/api/prints', { what: 'quote', ids: [id] })).status).toBe(204)
  expect(await auditOf(app, 'quote', id)).toMatchObject(
    expect.arrayContaining([expect.objectContaining({ action: 'print', note: '报价单' })]),
  )
  await refuses(() => app.as('sales2').post('/api/prints', { what: 'quote', ids: [id] }), 404)
  await refuses(() => sales1().post('/api/prints', { what: 'nothing', ids: [id] }), 400, 'what')
})

it('列表按客户、状态、产品、文字找', async () => {
  const { id, number } = await sent()
  const found = async (query: string) =>
    (await sales1().get(`/api/quotes?${query}`)).body.items.map((row: { id: number }) => row.id)
  expect(await found(`customerId=${customerId}&state=sent`)).toEqual([id])
  expect(await found(`q=${number}`)).toEqual([id])
  expect(await found(`q=${encodeURIComponent(`询价公司${n}号`)}`)).toEqual([id])
  expect(await found(`customerId=${customerId}&productId=424242`)).toEqual([])
})
