import { contract } from '@crm/shared/entities/contract'
import { sql, type SqlBool } from 'kysely'
import type { Actor } from '../../../core/actor.ts'
import { listRows } from '../../../core/list.ts'
import { containsText, inIds, readBy } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'

/** More than these contain it: then the newest in sight come soon enough without them. */
const FEW = 1_000
const SHORTEST = 2

/** The newest contracts whose title contains the words; of those the reader may see. */
export async function contractsTitled(db: Read | Tx, actor: Actor, words: string, most: number) {
  if ([...words].length < SHORTEST) return []
  const contains = containsText('contracts.title', words)
  // From the index of titles alone: the rows themselves hold whole contracts.
  const { rows } = await sql<{ id: number }>`select id from ${readBy(db, 'contracts', 'contracts_title_index')}
    where ${sql.ref('deletedAt')} is null and ${contains} limit ${sql.lit(FEW + 1)}`.execute(db as Tx)
  if (rows.length === 0) return []
  const few: typeof contains = sql<SqlBool>`${inIds(
    db,
    'contracts.id',
    rows.map(({ id }) => id),
  )}`
  const query = { size: most, sort: '-createdAt' }
  return (await listRows(db, actor, contract, query, { where: [rows.length > FEW ? contains : few] })).items
}
