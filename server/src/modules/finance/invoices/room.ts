import type { Fen } from '@crm/shared/money'
import { VALID_INVOICES } from '@crm/shared/rules/invoiceMoves'
import { sql } from 'kysely'
import type { Read, Tx } from '../../../db/store.ts'
import type { Source } from '../receivables/source.ts'

const name = sql.ref
export interface Room {
  readonly invoicedFen: Fen
  /** What may still be invoiced; below zero when the amount was changed downwards meanwhile. */
  readonly restFen: Fen
}

async function sumOf(db: Read | Tx, query: ReturnType<typeof sql<{ fen: Fen | null }>>): Promise<Fen> {
  return (await query.execute(db as Tx)).rows[0]!.fen ?? 0
}

/** What stands of invoices: applied for, approved, issued, the red ones taken off. */
export function invoicedOf(
  db: Read | Tx,
  by: { readonly orderId: number } | { readonly contractId: number },
  { only = false }: { readonly only?: boolean } = {},
): Promise<Fen> {
  const which =
    'orderId' in by
      ? sql`${name('orderId')} = ${by.orderId}`
      : sql`${name('contractId')} = ${by.contractId}${only ? sql` and ${name('orderId')} is null` : sql``}`
  const states = sql.join(VALID_INVOICES.map((state) => sql.lit(state)))
  return sumOf(
    db,
    sql`select sum(${name('amountFen')}) as fen from ${sql.table('invoices')}
      where ${which} and state in (${states}) and ${name('deletedAt')} is null`,
  )
}

/**
 * Σ valid invoices <= amount. What is invoiced of an order counts against its contract too: where the contract is invoiced by itself,
 * both together stay within the larger of the contract and its orders.
 */
export async function roomOf(db: Read | Tx, source: Source): Promise<Room> {
  const { amountFen, contractId, id, kind } = source
  if (kind === 'contract') {
    const invoicedFen = await invoicedOf(db, { contractId: id })
    return { invoicedFen, restFen: amountFen - invoicedFen }
  }
  const invoicedFen = await invoicedOf(db, { orderId: id })
  const restFen = amountFen - invoicedFen
  if (contractId === null || (await invoicedOf(db, { contractId }, { only: true })) === 0)
    return { invoicedFen, restFen }
  const contractFen = await sumOf(
    db,
    sql`select ${name('amountFen')} as fen from ${sql.table('contracts')} where id = ${contractId}`,
  )
  const ordersFen = await sumOf(
    db,
    sql`select sum(${name('amountFen')}) as fen from ${sql.table('effectiveOrders')} where ${name('contractId')} = ${contractId}`,
  )
  const together = Math.max(contractFen, ordersFen) - (await invoicedOf(db, { contractId }))
  return { invoicedFen, restFen: Math.min(restFen, together) }
}
