import type { TestApp } from '../app.ts'

const kept = (at: string) => ({ version: 1, createdAt: at, updatedAt: at, deletedAt: null })
export interface Owed {
  readonly customerId: number
  readonly amountFen: number
  readonly on: string
  readonly dueOn: string
  readonly label?: string
}

/** A receivable that is in force, with its entry in the ledger: past the modules, for what reads the ledger alone. */
export async function owe(app: TestApp, { amountFen, customerId, dueOn, label = '第1期', on }: Owed): Promise<number> {
  const recordedAt = `${on}T04:00:00.000Z`
  return app.store.tx(async (tx) => {
    const { id } = await tx
      .insertInto('receivables')
      .values({
        customerId,
        label,
        trigger: 'day',
        amountFen,
        activeOn: on,
        dueOn,
        contractId: null,
        orderId: null,
        deliveryId: null,
        plannedOn: null,
        terms: null,
        termsDays: null,
        receivedFen: 0,
        writtenOffFen: 0,
        voidedOn: null,
        ownerId: null,
        teamId: null,
        notes: null,
        ...kept(recordedAt),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx
      .insertInto('ledgerEntries')
      .values({
        receivableId: id,
        receiptId: null,
        kind: 'due',
        openFen: amountFen,
        prepaidFen: 0,
        dueOn,
        effectiveOn: on,
        recordedAt,
        actorId: null,
        note: null,
      })
      .execute()
    return id
  })
}
