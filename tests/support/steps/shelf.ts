import type { Tx } from '@crm/server/db/store'
import { sql } from 'kysely'

/** Puts goods that nobody looks for on a shelf, as a step that answers for its references itself. */
export const pointsNowhereNew = true
export async function step(tx: Tx, goodsId: number): Promise<void> {
  await sql`insert into shelf ("goodsId") values (${goodsId})`.execute(tx)
}
