import type { Fen } from '@crm/shared/money'
import { VALID_INVOICES } from '@crm/shared/rules/invoiceMoves'
import { sql } from '../../../db/sql.ts'
import type { Read, Tx } from '../../../db/store.ts'
import type { Source } from '../receivables/source.ts'

const name = sql.ref
export interface Room {
  readonly invoicedFen: Fen
  /** What may still be invoiced; below zero when less is sold than was invoiced: the amount was changed, or goods came back. */
  readonly restFen: Fen
  /** Of an order: its contract, where that leaves less than the order itself. */
  readonly contractNumber: string | null
}

/** What stands of invoices: applied for, approved, issued, the red ones taken off; of a contract with those of its orders. */
export async function invoicedOf(
  db: Read | Tx,
  by: { readonly orderId: number } | { readonly contractId: number },
): Promise<Fen> {
  const which =
    'orderId' in by ? sql`${name('orderId')} = ${by.orderId}` : sql`${name('contractId')} = ${by.contractId}`
  const states = sql.join(VALID_INVOICES.map((state) => sql.lit(state)))
  const { rows } = await sql<{
    fen: Fen | null
  }>`select sum(${name('amountFen')}) as fen from ${sql.table('invoices')}
    where ${which} and state in (${states}) and ${name('deletedAt')} is null`.execute(db as Tx)
  return rows[0]!.fen ?? 0
}

/**
 * Σ valid invoices <= amount, of an order without what came back. What is invoiced of an order counts against its contract too, so all orders of a contract in force and the
 * contract by itself stay within its amount together, whatever the orders come to; one of amount 0 (a framework) leaves it to the orders.
 */
export async function roomOf(db: Read | Tx, source: Source): Promise<Room> {
  const { amountFen, contractId, id, kind, netFen } = source
  if (kind === 'contract') {
    const invoicedFen = await invoicedOf(db, { contractId: id })
    return { invoicedFen, restFen: amountFen - invoicedFen, contractNumber: null }
  }
  const invoicedFen = await invoicedOf(db, { orderId: id })
  const own = { invoicedFen, restFen: netFen - invoicedFen, contractNumber: null }
  const contract = contractId === null ? null : await inForce(db, contractId)
  if (contractId === null || !contract || contract.amountFen === 0) return own
  const together = contract.amountFen - (await invoicedOf(db, { contractId }))
  return together < own.restFen ? { invoicedFen, restFen: together, contractNumber: contract.number } : own
}

async function inForce(db: Read | Tx, contractId: number) {
  const { rows } = await sql<{
    amountFen: Fen
    number: string
  }>`select c.${name('amountFen')}, c.number from ${sql.table('effectiveContracts')} e
    join ${sql.table('contracts')} c on c.id = e.id where e.id = ${contractId}`.execute(db as Tx)
  return rows[0] ?? null
}
