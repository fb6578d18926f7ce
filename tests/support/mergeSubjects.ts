import type { Actor } from '@crm/server/core/access/actor'
import type { Tx } from '@crm/server/db/store'
import { customerLinks } from '@crm/server/modules/customerLinks'
import { createCustomer, mergeCustomers } from '@crm/server/modules/customers/service'

/** As subjects.ts calls a row. */
interface Row {
  readonly id: number
  readonly version: number
  readonly otherId?: number
}
interface Tools {
  readonly system: () => Actor
  readonly next: (label: string) => string
  readonly userId: number
}
const twin = (tx: Tx, { next, system, userId }: Tools) =>
  createCustomer(tx, system(), { name: next('并户'), status: 'potential', ownerId: userId })

/** Another customer of the same owner, to be merged into the first. */
export const withOther = async (tx: Tx, tools: Tools, row: Row): Promise<Row> => ({
  ...row,
  otherId: (await twin(tx, tools)).id,
})

/** A merge of two customers of this person. */
export async function mergeOf(tx: Tx, tools: Tools): Promise<Row> {
  const [a, b] = [await twin(tx, tools), await twin(tx, tools)]
  const body = { version: 1, otherId: b.id, otherVersion: 1 }
  const { mergeId } = await mergeCustomers(tx, tools.system(), customerLinks, a.id, body)
  return { id: mergeId, version: 1 }
}

/** A group of the report with two customers of this person in it. */
export async function groupOf(tx: Tx, tools: Tools): Promise<Row> {
  const at = tools.system().at
  const report = { state: 'failed', startedAt: at, finishedAt: at, byName: null, done: 0, total: 6, groups: 1 } as const
  const { id: reportId } = await tx
    .insertInto('duplicateReports')
    .values(report)
    .returning('id')
    .executeTakeFirstOrThrow()
  const group = { reportId, kind: 'name', shared: 'x', signature: tools.next('x'), state: 'pending', size: 2 } as const
  const { id } = await tx
    .insertInto('duplicateGroups')
    .values({ ...group, mergeId: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const member of [await twin(tx, tools), await twin(tx, tools)])
    await tx.insertInto('duplicateMembers').values({ groupId: id, customerId: member.id, contactId: null }).execute()
  return { id, version: 1 }
}

/** A hand-over that has ended, of somebody who had nothing. */
export async function handoverOf(tx: Tx, { system, userId }: Tools): Promise<Row> {
  const { at } = system()
  const { id } = await tx
    .insertInto('handovers')
    .values({
      state: 'done',
      fromUserId: userId,
      toUserIds: `[${userId}]`,
      include: '[]',
      disables: 0,
      hasDisabled: 0,
      byUserId: null,
      byName: '测试',
      createdAt: at,
      updatedAt: at,
      finishedAt: at,
      total: 0,
      done: 0,
      problem: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, version: 1 }
}
