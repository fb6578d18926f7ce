import type { Tx } from '@crm/server/db/store'
import { type Kysely, sql } from 'kysely'

export interface Goods {
  goods: { id: number | undefined; name: string }
}

interface Stocked {
  readonly name: string
  readonly busy: number
  /** What it is refused with in the end. */
  readonly refusal?: object
}

/** A step of bulk work that takes as long as asked: `busy` rounds of counting by the engine. */
export async function step(tx: Tx, { busy, name, refusal }: Stocked): Promise<string> {
  await (tx as unknown as Kysely<Goods>).insertInto('goods').values({ name }).execute()
  await sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(busy)}) select count(*) from n`.execute(
    tx,
  )
  if (refusal) throw Object.assign(new Error('不行'), { name: 'Refusal', ...refusal })
  return name
}
