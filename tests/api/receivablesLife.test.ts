import { eraseCustomer } from '@crm/server/modules/customers/service'
import { describe, expect, it } from 'vitest'
import { receivableDesk } from '../support/receivableDesk.ts'

const { app, as, at, bearing, draft, owedBy, pay, refuses, setPlan, submit } = receivableDesk()

describe('客户合并、删除以后的钱', () => {
  const money = async (id: number) =>
    Object.fromEntries(
      (await as('admin').get(`/api/customers/${id}/money`)).body.facts.map(
        ({ key, value }: { key: string; value: number | null }) => [key, value],
      ),
    )
  async function owing(amountFen: number, paidFen: number): Promise<number> {
    const order = await draft({ lines: [bearing({ qtyMilli: 1_000, priceFen: amountFen })] })
    await setPlan(`orders/${order.id}`, [{ amountFen, plannedOn: '2026-11-10' }])
    await submit(order)
    await pay(paidFen)
    return at.customerId
  }

  it('合并后应收、回款、预收都到留下的那家,撤销合并各归各家', async () => {
    const a = await owing(10_000, 4_000)
    at.customerId = (await app().make.customer({ name: `另一家${at.n}`, ownerId: app().ids.users.sales1 })).id
    const b = await owing(3_000, 5_000)
    const [rowA, rowB] = await Promise.all(
      [a, b].map(async (id) => (await as('admin').get(`/api/customers/${id}`)).body),
    )
    const before = [await money(a), await money(b)]
    expect(before.map(({ prepaid, receivable }) => [receivable, prepaid])).toEqual([
      [6_000, 0],
      [0, 2_000],
    ])
    const body = { otherId: b, version: rowA.version, otherVersion: rowB.version, fields: {} }
    const merged = await as('admin').post(`/api/customers/${a}/merge`, body)
    expect(merged.status).toBe(200)
    expect(await money(a)).toMatchObject({ deals: 13_000, receivable: 6_000, prepaid: 2_000 })
    const undone = await as('admin').post(`/api/customers/merges/${merged.body.mergeId}/undo`)
    expect(undone.status).toBe(200)
    expect([await money(a), await money(b)]).toEqual(before)
  })

  it('有回款的客户不能删除;初始化时连账一起清掉,别家的不动', async () => {
    const id = await owing(10_000, 4_000)
    const { version } = (await as('admin').get(`/api/customers/${id}`)).body
    await refuses(() => as('admin').delete(`/api/customers/${id}?version=${version}`), 409)
    const entries = async () =>
      (
        await app()
          .store.read.selectFrom('ledgerEntries')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .execute()
      )[0]!.n
    const all = await entries()
    await app().store.tx((tx) => eraseCustomer(tx, id))
    expect(await owedBy(`customerId=${id}`)).toEqual([])
    expect(all - (await entries())).toBe(3)
  })

  it('审批中的合同、待确认的回款还在等人决定,它们的客户也不能删除', async () => {
    const removing = async (id: number) => {
      const { version } = (await as('admin').get(`/api/customers/${id}`)).body
      return as('admin').delete(`/api/customers/${id}?version=${version}`)
    }
    const approvers = [{ kind: 'user', userId: app().ids.users.head1 }]
    const steps = [{ mode: 'any', approvers }]
    await as('admin').put('/api/approval-flows/contract', { minAmountFen: null, steps })
    const asking = (await app().make.customer({ name: '等批合同的公司', ownerId: app().ids.users.sales1 })).id
    const facts = { customerId: asking, title: '年度供货', amountFen: 100 }
    const contract = (await as('sales1').post('/api/contracts', facts)).body
    await as('sales1').post(`/api/contracts/${contract.id}/submit`, { version: contract.version })
    await as('admin').put('/api/approval-flows/contract', { minAmountFen: null, steps: [] })
    expect((await removing(asking)).body.detail).toContain('审批中的合同')

    await as('admin').put('/api/settings/receipts', { needsConfirm: true, overPayment: 'prepay' })
    const paying = (await app().make.customer({ name: '等确认回款的公司', ownerId: app().ids.users.sales1 })).id
    const money = { customerId: paying, amountFen: 100, receivedOn: '2026-11-22' }
    await as('sales1').post('/api/receipts', money)
    await as('admin').put('/api/settings/receipts', { needsConfirm: false, overPayment: 'prepay' })
    expect((await removing(paying)).body.detail).toContain('待确认的回款')
  })

  it('时间线和工作台上看得到', async () => {
    const id = await owing(10_000, 4_000)
    const { items, kinds } = (await as('sales1').get(`/api/customers/${id}/timeline?kinds=receipt,receivable`)).body
    expect(items.map(({ title }: { title: string }) => title)).toEqual([
      '应收 100.00 元,2026-11-10 到期',
      expect.stringMatching(/^回款 40\.00 元\(HK202611-\d{4},2026-11-20\)$/),
    ])
    expect(kinds).toEqual(expect.arrayContaining(['receipt', 'receivable']))
    const { blocks } = (await as('sales1').get('/api/home')).body
    for (const key of ['owedLate', 'receipts']) {
      const { count, link } = blocks.find((block: { key: string }) => block.key === key)
      const listed = await as('sales1').get(`${link.list}?${new URLSearchParams(link.query)}`)
      expect([key, listed.body.total]).toEqual([key, count])
    }
  })
})
