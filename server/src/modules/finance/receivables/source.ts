import type { Day } from '@crm/shared/days'
import { contract } from '@crm/shared/entities/contract'
import { order } from '@crm/shared/entities/order'
import { isOrderEffective } from '@crm/shared/rules/orderMoves'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import { crud } from '../../../core/rows/crud.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import type { Stored } from './amounts.ts'

export type SourceOf = { readonly orderId: number } | { readonly contractId: number }
/** What money is owed for. */
export interface Source {
  readonly kind: 'order' | 'contract'
  readonly id: number
  readonly customerId: number
  readonly contractId: number | null
  readonly ownerId: number | null
  readonly teamId: number | null
  readonly amountFen: number
  /** Of an order what is bought in the end, goods that came back taken off. */
  readonly netFen: number
  readonly isEffective: boolean
  readonly isVoid: boolean
  /** Its own day: when it was ordered, or signed. */
  readonly on: Day | null
}
const EFFECTIVE_CONTRACTS: readonly string[] = ['active', 'completed', 'archived']
export const contractRows = crud(contract)
export const entityOfSource = (of: SourceOf) => ('orderId' in of ? order : contract)
export const idOfSource = (of: SourceOf): number => ('orderId' in of ? of.orderId : of.contractId)

/** The order or contract as it stands, thrown away or not. */
export async function sourceOf(db: Read | Tx, of: SourceOf): Promise<Source> {
  const isOrder = 'orderId' in of
  const id = idOfSource(of)
  const row = (await storedRow(db, entityOfSource(of), id))!
  const state = row['state'] as string
  return {
    kind: isOrder ? 'order' : 'contract',
    id,
    customerId: row['customerId'] as number,
    contractId: isOrder ? (row['contractId'] as number | null) : id,
    ownerId: row['ownerId'] as number | null,
    teamId: row['teamId'] as number | null,
    amountFen: row['amountFen'] as number,
    netFen: row[isOrder ? 'netFen' : 'amountFen'] as number,
    isEffective: isOrder ? isOrderEffective(state as never) : EFFECTIVE_CONTRACTS.includes(state),
    isVoid: state === 'void',
    on: row[isOrder ? 'orderedOn' : 'signedOn'] as Day | null,
  }
}

/** The instalments of its plan: none that a delivery made by itself. */
const planned = (of: SourceOf): Expression<SqlBool> =>
  'orderId' in of
    ? sql<SqlBool>`${sql.ref('orderId')} = ${of.orderId} and ${sql.ref('deliveryId')} is null`
    : sql<SqlBool>`${sql.ref('contractId')} = ${of.contractId} and ${sql.ref('orderId')} is null`
const rowsWhere = (db: Read | Tx, where: Expression<SqlBool>): Promise<Stored[]> =>
  (db as Tx)
    .selectFrom('receivables') // unscoped: of a document the caller has reached
    .selectAll()
    .where(where)
    .where('deletedAt', 'is', null)
    .where('voidedOn', 'is', null)
    .orderBy('id')
    .execute()

/** Those that count, or will. */
export const planRows = (db: Read | Tx, of: SourceOf): Promise<Stored[]> => rowsWhere(db, planned(of))
/** What the deliveries of an order made by themselves. */
export const deliveryRows = (db: Read | Tx, orderId: number): Promise<Stored[]> =>
  rowsWhere(db, sql<SqlBool>`${sql.ref('orderId')} = ${orderId} and ${sql.ref('deliveryId')} is not null`)
/** All there is of it; of a contract, what its orders brought too where `withOrders`. */
export const rowsOf = (db: Read | Tx, of: SourceOf, { withOrders = false } = {}): Promise<Stored[]> =>
  rowsWhere(
    db,
    'orderId' in of
      ? sql<SqlBool>`${sql.ref('orderId')} = ${of.orderId}`
      : withOrders
        ? sql<SqlBool>`(${sql.ref('contractId')} = ${of.contractId} or ${sql.ref('orderId')} in
            (select id from ${sql.table('orders')} where ${sql.ref('contractId')} = ${of.contractId}))`
        : planned(of),
  )

/**
 * The first day on which goods of it were handed over, or an invoice of it was issued that is not taken back by red ones;
 * `without`: one that is just being voided.
 */
export async function firstDay(
  db: Read | Tx,
  trigger: 'delivery' | 'invoice',
  of: SourceOf,
  without = 0,
): Promise<Day | null> {
  const byOrder = 'orderId' in of
  const id = idOfSource(of)
  const orderId = sql.ref('orderId')
  const ofOrders = byOrder
    ? sql<SqlBool>`${orderId} = ${id}`
    : sql<SqlBool>`${orderId} in (select id from ${sql.table('orders')} where ${sql.ref('contractId')} = ${id})`
  const ofDocument = byOrder ? ofOrders : sql<SqlBool>`(${sql.ref('contractId')} = ${id} or ${ofOrders})`
  const { rows } =
    trigger === 'delivery'
      ? await sql<{ day: Day | null }>`select min(${sql.ref('deliveredOn')}) as day from ${sql.table('deliveries')}
          where ${ofOrders} and kind = 'delivery' and state = 'done' and ${sql.ref('deletedAt')} is null and id <> ${without}`.execute(
          db as Tx,
        )
      : await sql<{ day: Day | null }>`select min(${sql.ref('issuedOn')}) as day from ${sql.table('invoices')}
          where ${ofDocument} and state = 'issued' and ${sql.ref('redOfId')} is null and ${sql.ref('deletedAt')} is null and id <> ${without}
            and ${sql.ref('amountFen')} + coalesce((select sum(red.${sql.ref('amountFen')}) from ${sql.table('invoices')} red
              where red.${sql.ref('redOfId')} = ${sql.ref('invoices.id')} and red.state = 'issued'
                and red.${sql.ref('deletedAt')} is null), 0) > 0`.execute(db as Tx)
  return rows[0]?.day ?? null
}
