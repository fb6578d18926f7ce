import type { OrderDetail } from '@crm/shared/contract/orders'
import type { Plan, Receivable } from '@crm/shared/contract/receivables'
import { describe, expect, it } from 'vitest'
import { receivableDesk } from '../support/receivableDesk.ts'
import { auditOf } from '../support/refusal.ts'

const { app, as, at, bearing, confirmed, draft, ofOrder, owedBy, pay, refuses, setPlan, submit } = receivableDesk()
const planOf = async (path: string): Promise<Plan> => (await as('finance').get(`/api/${path}/plan`)).body
const deliver = async (order: OrderDetail, qtyMilli: number, more: object = {}) =>
  (
    await as('sales1').post('/api/deliveries', {
      orderId: order.id,
      deliveredOn: '2026-11-10',
      lines: [{ orderLineId: order.lines[0]!.id, qtyMilli }],
      ...more,
    })
  ).body
async function contract(amountFen: number, more: object = {}) {
  const made = (
    await as('sales1').post('/api/contracts', { customerId: at.customerId, title: `合同${at.n}`, amountFen, ...more })
  ).body
  const sign = async () => {
    const asked = (await as('sales1').post(`/api/contracts/${made.id}/submit`, { version: made.version })).body
    const body = { version: asked.version, signedOn: '2026-11-03' }
    return (await as('head1').post(`/api/contracts/${made.id}/sign`, body)).body
  }
  return { id: made.id as number, sign }
}

describe('回款计划', () => {
  it('按比例分期,合计分毫不差;订单确认以前待生效,确认以后按计划日到期', async () => {
    const order = await draft({ lines: [bearing({ priceFen: 3_333, qtyMilli: 3_000 })] })
    const items = [
      { label: '首款', percentBp: 3_333, plannedOn: '2026-11-10' },
      { percentBp: 3_333, plannedOn: '2026-12-10', terms: 'net', termsDays: 10 },
      { label: '尾款', percentBp: 3_334 },
    ]
    const { body, status } = await setPlan(`orders/${order.id}`, items)
    expect([status, body.sumFen, body.documentFen, body.warnings]).toEqual([200, 9_999, 9_999, []])
    expect(body.items.map(({ label, status: each }: Receivable) => [label, each])).toEqual([
      ['首款', 'pending'],
      ['第 2 期', 'pending'],
      ['尾款', 'pending'],
    ])
    await submit(order)
    expect((await ofOrder(order.id)).map(({ activeOn, dueOn, status: each }) => [activeOn, dueOn, each])).toEqual([
      ['2026-11-01', '2026-11-10', 'overdue'],
      ['2026-11-01', '2026-12-20', 'due'],
      ['2026-11-01', '2026-12-01', 'due'],
    ])
    expect((await auditOf(app(), 'order', order.id)).some(({ action }) => action === 'plan')).toBe(true)
  })

  it('合计与金额不符的提醒,不拦;填错的指明哪一期', async () => {
    const order = await draft()
    const warned = await setPlan(`orders/${order.id}`, [{ amountFen: 9_000 }])
    expect(warned.body.warnings).toEqual(['回款计划合计 90.00 元,与订单金额 100.00 元相差 10.00 元'])
    const wrong = (item: object) => () => setPlan(`orders/${order.id}`, [item])
    await refuses(wrong({}), 400, 'items.0.amountFen')
    await refuses(wrong({ amountFen: 1, percentBp: 1 }), 400, 'items.0.percentBp')
    await refuses(wrong({ amountFen: 0 }), 400, 'items.0.amountFen')
    await refuses(wrong({ amountFen: 1, plannedOn: '2026-02-30' }), 400, 'items.0.plannedOn')
    await refuses(wrong({ id: 999_999, version: 1, amountFen: 1 }), 400, 'items.0.id')
    await refuses(() => setPlan(`orders/${order.id}`, [{ amountFen: 1 }], 'sales2'), 404)
  })

  it('没生效的随意改;生效的改金额、改日子都记账,收了钱的不能去掉', async () => {
    const order = await draft()
    await setPlan(`orders/${order.id}`, [{ amountFen: 4_000 }, { amountFen: 6_000 }])
    const [first] = (await planOf(`orders/${order.id}`)).items
    await setPlan(`orders/${order.id}`, [{ id: first!.id, version: first!.version, amountFen: 10_000 }])
    await submit(order)
    await pay(3_000)
    const [row] = await ofOrder(order.id)
    expect(row).toMatchObject({ amountFen: 10_000, receivedFen: 3_000, dueOn: '2026-12-01' })
    const change = (more: object, version = row!.version) =>
      setPlan(`orders/${order.id}`, [{ id: row!.id, version, amountFen: 8_000, ...more }])
    await refuses(() => change({}, 1), 409)
    await refuses(() => change({ amountFen: 2_999 }), 409)
    await refuses(() => change({ trigger: 'invoice' }), 400, 'items.0.trigger')
    await refuses(() => setPlan(`orders/${order.id}`, []), 409)
    const after = (await change({ plannedOn: '2026-12-24' })).body.items[0]
    expect(after).toMatchObject({ amountFen: 8_000, openFen: 5_000, dueOn: '2026-12-24' })
    const more = (await change({ amountFen: 9_000, plannedOn: '2026-12-24' }, after.version)).body.items[0]
    expect(more).toMatchObject({ amountFen: 9_000, openFen: 6_000 })
    const { entries } = (await as('finance').get(`/api/receivables/${row!.id}`)).body
    expect(entries.map(({ kind, openFen }: { kind: string; openFen: number }) => [kind, openFen])).toEqual([
      ['due', 10_000],
      ['allocation', -3_000],
      ['void', -2_000],
      ['moved', 0],
      ['due', 1_000],
    ])
  })
})

describe('按交货应收', () => {
  it('没有计划的订单,交一次货就应收一次,按客户账期到期;合起来正好是订单金额', async () => {
    const order = await confirmed({ lines: [bearing({ priceFen: 333, qtyMilli: 3_000, discountBp: 500 })] })
    expect(await ofOrder(order.id)).toEqual([])
    await deliver(order, 1_000)
    await deliver(order, 2_000)
    const rows = await ofOrder(order.id)
    expect(rows.map(({ activeOn, dueOn, trigger }) => [activeOn, dueOn, trigger])).toEqual([
      ['2026-11-10', '2026-12-10', 'delivery'],
      ['2026-11-10', '2026-12-10', 'delivery'],
    ])
    expect(rows.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(order.amountFen)
    await refuses(() => setPlan(`orders/${order.id}`, [{ amountFen: 1 }]), 409)
  })

  it('退货先减没收的,再把已收的退成预收;作废退货又应收回来', async () => {
    const order = await confirmed()
    await deliver(order, 4_000)
    await deliver(order, 6_000)
    await pay(9_000)
    const back = await deliver(order, 7_000, { kind: 'return', deliveredOn: '2026-11-21' })
    const rows = await ofOrder(order.id)
    expect(rows.map(({ amountFen, receivedFen, status }) => [amountFen, receivedFen, status])).toEqual([
      [3_000, 3_000, 'done'],
      [6_000, 0, 'void'],
    ])
    const { facts } = (await as('finance').get(`/api/customers/${at.customerId}/money`)).body
    expect(facts.find(({ key }: { key: string }) => key === 'prepaid').value).toBe(6_000)
    const undone = await as('head1').post(`/api/deliveries/${back.id}/void`, { version: back.version, reason: '没退' })
    expect(undone.status).toBe(200)
    const live = (await ofOrder(order.id)).filter(({ status }) => status !== 'void')
    expect(live.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(10_000)
  })

  it('作废交货单,它的应收也作废;订单有回款时不能作废', async () => {
    const order = await confirmed()
    const delivery = await deliver(order, 10_000)
    const receipt = await pay(5_000)
    const cancel = () =>
      as('head1').post(`/api/deliveries/${delivery.id}/void`, { version: delivery.version, reason: '登记错了' })
    expect((await cancel()).status).toBe(200)
    expect((await ofOrder(order.id)).map(({ status }) => status)).toEqual(['void'])
    expect((await as('finance').get(`/api/receipts/${receipt.id}`)).body).toMatchObject({ prepaidFen: 5_000 })

    const other = await draft()
    await setPlan(`orders/${other.id}`, [{ amountFen: 10_000 }])
    const done = await submit(other)
    await as('finance').post(`/api/receipts/${receipt.id}/allocate`, {
      version: receipt.version,
      allocations: [{ receivableId: (await ofOrder(other.id))[0]!.id, amountFen: 1_000 }],
    })
    const voidIt = () => as('head1').post(`/api/orders/${done.id}/void`, { version: done.version, reason: '不要了' })
    await refuses(voidIt, 409)
    const now = (await as('finance').get(`/api/receipts/${receipt.id}`)).body
    await as('finance').post(`/api/receipts/${receipt.id}/void`, { version: now.version, reason: '退回' })
    expect((await voidIt()).status).toBe(200)
    expect((await ofOrder(other.id)).map(({ openFen, status }) => [status, openFen])).toEqual([['void', 0]])
  })

  it('计划写明交货后的,第一次交货才应收;作废那次交货又待生效', async () => {
    const order = await draft()
    await setPlan(`orders/${order.id}`, [{ amountFen: 3_000 }, { amountFen: 7_000, trigger: 'delivery' }])
    const done = await submit(order)
    expect((await ofOrder(order.id)).map(({ status }) => status)).toEqual(['due', 'pending'])
    const delivery = await deliver(done, 5_000)
    expect((await ofOrder(order.id))[1]).toMatchObject({ status: 'due', dueOn: '2026-12-10', amountFen: 7_000 })
    await as('head1').post(`/api/deliveries/${delivery.id}/void`, { version: delivery.version, reason: '登记错了' })
    expect((await ofOrder(order.id))[1]).toMatchObject({ status: 'pending', activeOn: null, dueOn: null })
  })
})

describe('合同的计划', () => {
  it('签订才生效;合同与它的订单只应收一次', async () => {
    const { id, sign } = await contract(20_000, { terms: 'monthly', termsDays: 5 })
    await setPlan(`contracts/${id}`, [{ amountFen: 5_000 }, { amountFen: 15_000, trigger: 'delivery' }])
    expect((await owedBy(`contractId=${id}`)).map(({ status }) => status)).toEqual(['pending', 'pending'])
    await sign()
    expect((await owedBy(`contractId=${id}`))[0]).toMatchObject({ activeOn: '2026-11-03', dueOn: '2026-12-05' })
    const order = await confirmed({ contractId: id })
    await refuses(() => setPlan(`orders/${order.id}`, [{ amountFen: 10_000 }]), 409)
    await deliver(order, 10_000)
    expect(await ofOrder(order.id)).toEqual([])
    expect((await owedBy(`contractId=${id}`))[1]).toMatchObject({ status: 'due', activeOn: '2026-11-10' })
  })

  it('合同没有计划,订单交货各自应收,合同就不能再设计划;有回款的合同不能作废', async () => {
    const { id, sign } = await contract(20_000)
    const signed = await sign()
    const order = await confirmed({ contractId: id })
    await deliver(order, 10_000)
    expect((await ofOrder(order.id))[0]).toMatchObject({ contractId: id, amountFen: 10_000 })
    await refuses(() => setPlan(`contracts/${id}`, [{ amountFen: 1 }]), 409)
    const receipt = await pay(1_000)
    const voidIt = async () => {
      const { version } = (await as('head1').get(`/api/contracts/${id}`)).body
      return as('head1').post(`/api/contracts/${id}/void`, { version, reason: '不做了' })
    }
    await refuses(voidIt, 409)
    await as('finance').post(`/api/receipts/${receipt.id}/void`, { version: receipt.version, reason: '退回' })
    expect([(await voidIt()).status, signed.state]).toEqual([200, 'active'])
  })
})

describe('坏账与列表', () => {
  it('核销坏账与撤销;超过未收的拒绝,业务员不能', async () => {
    const order = await confirmed()
    await deliver(order, 10_000)
    const [row] = await ofOrder(order.id)
    const off = (body: object, who: Parameters<typeof as>[0] = 'finance') =>
      as(who).post(`/api/receivables/${row!.id}/write-off`, body)
    await refuses(() => off({ version: row!.version, amountFen: 10_001, reason: '破产' }), 409)
    await refuses(() => off({ version: row!.version, amountFen: 1, reason: '破产' }, 'sales1'), 403)
    const { body } = await off({ version: row!.version, amountFen: 4_000, reason: '破产' })
    expect(body).toMatchObject({ writtenOffFen: 4_000, openFen: 6_000, status: 'partial' })
    const undo = (version: number) =>
      as('finance').post(`/api/receivables/${row!.id}/undo-write-off`, { version, reason: '又还了' })
    const back = await undo(body.version)
    expect(back.body).toMatchObject({ writtenOffFen: 0, openFen: 10_000 })
    await refuses(() => undo(back.body.version), 409)
  })

  it('按状态找到的正是那些;资金概况的数字等于它打开的列表', async () => {
    const order = await draft()
    await setPlan(`orders/${order.id}`, [
      { amountFen: 2_000, plannedOn: '2026-11-05' },
      { amountFen: 3_000, plannedOn: '2026-11-06' },
      { amountFen: 4_000, plannedOn: '2026-12-06' },
      { amountFen: 1_000, trigger: 'invoice' },
    ])
    await submit(order)
    await pay(2_500)
    const found = async (status: string) =>
      (await owedBy(`customerId=${at.customerId}&status=${status}`)).map(({ amountFen }) => amountFen)
    expect(await found('done')).toEqual([2_000])
    expect(await found('overdue')).toEqual([3_000])
    expect(await found('due')).toEqual([4_000])
    expect(await found('pending,partial')).toEqual([1_000])
    expect(await owedBy(`customerId=${at.customerId}&q=${encodeURIComponent(`应收公司${at.n}号`)}`)).toHaveLength(4)
    expect((await as('sales2').get(`/api/receivables?customerId=${at.customerId}`)).body.total).toBe(0)
    const { facts } = (await as('head1').get(`/api/customers/${at.customerId}/money`)).body
    const of = (key: string) => facts.find((fact: { key: string }) => fact.key === key)
    expect(facts.map(({ key, value }: { key: string; value: number }) => [key, value])).toEqual([
      ['deals', 10_000],
      ['receivable', 6_500],
      ['overdue', 2_500],
      ['creditLeft', null],
      ['prepaid', 0],
      ['received', 5_000],
      ['margin', null],
      ['sinceDeal', 21],
    ])
    for (const key of ['receivable', 'overdue']) {
      const { list, query } = of(key).link
      const items = (await as('head1').get(`${list}?${new URLSearchParams(query)}`)).body.items as Receivable[]
      expect([key, items.reduce((sum, { openFen }) => sum + openFen, 0)]).toEqual([key, of(key).value])
      expect([key, of(key).count ?? items.length]).toEqual([key, items.length])
    }
    await refuses(() => as('sales2').get(`/api/customers/${at.customerId}/money`), 404)
  })
})
