import type { Tx } from '@crm/server/db/store'
import type { TestApp } from './app.ts'

const DAY_MS = 24 * 3_600_000
let n = 0

/** Contracts, orders, receivables and approvals of customers at random, straight into the tables: what the rules of 公海 look at. */
export function documentsOf(app: TestApp, random: () => number) {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  const day = (ahead: number) => new Date(Date.parse(app.clock.now()) + ahead * DAY_MS).toISOString().slice(0, 10)
  const near = () => day(Math.floor(random() * 30) - 15)
  const system = () => ({ version: 1, createdAt: app.clock.now(), updatedAt: app.clock.now(), deletedAt: null })
  const whose = (customerId: number) => ({ customerId, ownerId: null, teamId: null, notes: null })
  const number = (prefix: string) => `${prefix}-random-${(n += 1)}`
  const contract = () => {
    const state = pick(['draft', 'active', 'active', 'completed', 'void'] as const)
    const completedAt =
      state === 'completed' ? new Date(Date.parse(app.clock.now()) - random() * 9 * DAY_MS).toISOString() : null
    return { state, completedAt, endOn: random() < 0.25 ? null : near() }
  }
  const receivable = () => ({
    amountFen: 100,
    receivedFen: pick([0, 50, 100]),
    activeOn: random() < 0.8 ? near() : null,
    voidedOn: random() < 0.1 ? near() : null,
  })
  const order = () => ({ state: pick(['draft', 'confirmed', 'partial', 'delivered', 'closed'] as const) })

  const adders = [
    (tx: Tx, customerId: number) =>
      tx
        .insertInto('contracts')
        .values({
          ...system(),
          ...whose(customerId),
          ...contract(),
          contactId: null,
          number: number('HT'),
          title: '合同',
          type: null,
          revision: 1,
          amountFen: 100,
          signedOn: null,
          startOn: null,
          terms: null,
          termsDays: null,
          ourSigner: null,
          theirSigner: null,
          body: null,
          voidReason: null,
        })
        .execute(),
    (tx: Tx, customerId: number) =>
      tx
        .insertInto('receivables')
        .values({
          ...system(),
          ...whose(customerId),
          ...receivable(),
          contractId: null,
          orderId: null,
          deliveryId: null,
          label: '一期',
          trigger: 'day',
          plannedOn: null,
          terms: null,
          termsDays: null,
          dueOn: null,
          writtenOffFen: 0,
        })
        .execute(),
    (tx: Tx, customerId: number) =>
      tx
        .insertInto('orders')
        .values({
          ...system(),
          ...whose(customerId),
          ...order(),
          contactId: null,
          number: number('DD'),
          contractId: null,
          quoteId: null,
          delivererId: null,
          orderedOn: near(),
          promisedOn: null,
          discountFen: 0,
          amountFen: 100,
          taxFen: 0,
          costFen: null,
          netFen: 100,
          netTaxFen: 0,
          netCostFen: null,
          terms: null,
          address: null,
          voidReason: null,
        })
        .execute(),
    async (tx: Tx, customerId: number) => {
      const { id } = await tx
        .insertInto('approvals')
        .values({
          subject: 'order',
          subjectId: (n += 1),
          title: '订单',
          customerId,
          amountFen: 100,
          facts: '[]',
          applicantId: null,
          applicantName: '某人',
          modes: '["any"]',
          createdAt: app.clock.now(),
          changedAt: app.clock.now(),
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      await tx
        .insertInto('approvalTasks')
        .values({
          approvalId: id,
          step: 1,
          position: 1,
          userId: app.ids.users.admin,
          openedAt: app.clock.now(),
          outcome: pick([null, null, 'approved'] as const),
          decidedAt: null,
          note: null,
        })
        .execute()
    },
  ]
  const changers = [
    (tx: Tx, id: number) => tx.updateTable('contracts').set(contract()).where('customerId', '=', id).execute(),
    (tx: Tx, id: number) => tx.updateTable('receivables').set(receivable()).where('customerId', '=', id).execute(),
    (tx: Tx, id: number) => tx.updateTable('orders').set(order()).where('customerId', '=', id).execute(),
    (tx: Tx, id: number) =>
      tx
        .updateTable('approvalTasks')
        .set({ outcome: pick([null, 'approved'] as const) })
        .where('approvalId', 'in', (of) => of.selectFrom('approvals').select('id').where('customerId', '=', id))
        .execute(),
  ]
  return {
    add: (customerIds: readonly number[]) =>
      app.store.tx(async (tx) => {
        for (const id of customerIds) await pick(adders)(tx, id)
      }),
    /** Changes what it has of one kind, or gives it another. */
    change: (customerId: number) =>
      app.store.tx(async (tx) => void (await pick([...adders, ...changers])(tx, customerId))),
  }
}
