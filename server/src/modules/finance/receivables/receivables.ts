import type { LedgerLine, Receivable, ReceivableDetail } from '@crm/shared/contract/receivables'
import { type Day, diffDays } from '@crm/shared/days'
import { receivable as entity } from '@crm/shared/entities/receivable'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { openOf, receivableStatus, type ReceivableStatus } from '@crm/shared/rules/receivables'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { both } from '../../../core/rows/filters.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, problem, stale } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { named, ofOwners } from '../../customers/service.ts'
import { laterDay, post } from '../ledger.ts'
import type { Stored } from './amounts.ts'

export const receivables = crud(entity)

export const withStatus = (rows: readonly RowOf<typeof entity>[], today: Day): Receivable[] =>
  rows.map((row) => {
    const status = receivableStatus(row, today)
    return {
      ...row,
      status,
      openFen: openOf(row),
      overdueDays: status === 'overdue' ? diffDays(today, row.dueOn!) : 0,
    }
  })

/** The same statuses as rules/receivables, for the list: a number on a page and its rows must be found by the same words. */
function hasStatus(status: ReceivableStatus, today: Day): Expression<SqlBool> {
  const column = (name: string) => sql.ref(`receivables.${name}`)
  const settled = sql`${column('receivedFen')} + ${column('writtenOffFen')}`
  const live = sql<SqlBool>`${column('voidedOn')} is null and ${column('activeOn')} is not null`
  // As the index of open ones says it: a bare column on one side, and SQLite would turn it around and know the index no more.
  const open = sql<SqlBool>`${live} and ${settled} - ${column('amountFen')} < 0`
  const notLate = sql<SqlBool>`${open} and ${column('dueOn')} >= ${today}`
  switch (status) {
    case 'void':
      return sql<SqlBool>`${column('voidedOn')} is not null`
    case 'pending':
      return sql<SqlBool>`(${column('voidedOn')} is null and ${column('activeOn')} is null)`
    case 'done':
      return sql<SqlBool>`(${live} and ${settled} >= ${column('amountFen')})`
    case 'overdue':
      return sql<SqlBool>`(${open} and ${column('dueOn')} < ${today})`
    case 'partial':
      return sql<SqlBool>`(${notLate} and ${settled} > 0)`
    case 'due':
      return sql<SqlBool>`(${notLate} and ${settled} = 0)`
    default: {
      const never: never = status
      throw new Error(String(never))
    }
  }
}

export async function listReceivables(
  db: Read | Tx,
  actor: Actor,
  { customerOwnerId, status, teamOfCustomer, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Receivable>> {
  if (query.fields) throw invalidField('fields', '应收款列表不能只取部分字段')
  const asked = status as readonly ReceivableStatus[] | undefined
  const page = await receivables.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofOwners(entity, { customerOwnerId, teamOfCustomer }),
      ...(asked
        ? [
            both(
              asked.map((each) => hasStatus(each, actor.today)),
              'or',
            ),
          ]
        : []),
      ...named(entity, ['label', 'notes'], query.q),
    ],
  })
  return { ...page, items: withStatus(page.items, actor.today) }
}

async function detail(db: Read | Tx, actor: Actor, id: number): Promise<ReceivableDetail> {
  const row = await receivables.find(db, actor, id)
  const { rows } = await sql<LedgerLine>`
    select e.id, e.kind, e.${sql.ref('openFen')}, e.${sql.ref('dueOn')}, e.${sql.ref('effectiveOn')}, e.${sql.ref('recordedAt')},
      e.${sql.ref('receiptId')}, r.number as ${sql.ref('receiptNumber')}, u.name as ${sql.ref('actorName')}, e.note
    from ${sql.table('ledgerEntries')} e left join ${sql.table('receipts')} r on r.id = e.${sql.ref('receiptId')}
      left join ${sql.table('users')} u on u.id = e.${sql.ref('actorId')}
    where e.${sql.ref('receivableId')} = ${id} order by e.id`.execute(db as Tx)
  return { ...withStatus([row], actor.today)[0]!, entries: rows }
}
export const findReceivable = detail

async function reached(tx: Tx, actor: Actor, id: number, version: number): Promise<Stored> {
  await receivables.reach(tx, actor, id, 'receivable.writeOff')
  const row = (await storedRow(tx, entity, id)) as unknown as Stored
  if (row.version !== version) throw stale(entity.label, await detail(tx, actor, id))
  return row
}

/** 核销坏账: given up, though owed. */
export async function writeOff(
  tx: Tx,
  actor: Actor,
  id: number,
  { amountFen, reason, version }: { version: number; amountFen: number; reason: string },
): Promise<ReceivableDetail> {
  const row = await reached(tx, actor, id, version)
  if (amountFen > openOf(row)) throw problem('illegal_move', '核销金额超过未收金额')
  const effectiveOn = laterDay(actor.today, row.activeOn!)
  await post(tx, actor, [{ kind: 'writeOff', receivableId: id, openFen: -amountFen, effectiveOn, note: reason }])
  return detail(tx, actor, id)
}

/** All that was written off is owed again, as of the days it was given up. */
export async function undoWriteOff(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: { version: number; reason: string },
): Promise<ReceivableDetail> {
  const row = await reached(tx, actor, id, version)
  if (row.writtenOffFen === 0) throw problem('illegal_move', '没有可以撤销的坏账核销')
  const lines = await tx
    .selectFrom('ledgerEntries')
    .select((eb) => ['effectiveOn', eb.fn.sum<number>('openFen').as('openFen')])
    .where('receivableId', '=', id)
    .where('kind', '=', 'writeOff')
    .groupBy('effectiveOn')
    .execute()
  await post(
    tx,
    actor,
    lines
      .filter(({ openFen }) => openFen !== 0)
      .map(({ effectiveOn, openFen }) => ({
        kind: 'writeOff',
        receivableId: id,
        openFen: -openFen,
        effectiveOn,
        note: reason,
      })),
  )
  return detail(tx, actor, id)
}
