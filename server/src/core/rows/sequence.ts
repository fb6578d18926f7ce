import type { Day } from '@crm/shared/days'
import type { Tx } from '../../db/store.ts'
import { tables } from './rows.ts'

/** The next business number of a month, `KH202611-0042`, drawn inside the transaction that uses it. */
export async function nextNumber(tx: Tx, prefix: string, today: Day): Promise<string> {
  const name = prefix + today.slice(0, 4) + today.slice(5, 7)
  const { next } = await tx
    .insertInto('sequences')
    .values({ name, next: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ next: eb('sequences.next', '+', 1) })))
    .returning('next')
    .executeTakeFirstOrThrow()
  return `${name}-${String(next).padStart(4, '0')}`
}

/** The same, past numbers that documents of this table brought along from elsewhere. */
export async function freeNumber(tx: Tx, prefix: string, today: Day, table: string): Promise<string> {
  for (;;) {
    const number = await nextNumber(tx, prefix, today)
    const held = await tables(tx).selectFrom(table).select('id').where('number', '=', number).executeTakeFirst()
    if (!held) return number
  }
}
