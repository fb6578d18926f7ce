import { contract } from '@crm/shared/entities/contract'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { listRows } from '../../../core/rows/list.ts'
import { containsText, inIds, readBy } from '../../../db/dialect.ts'
import { matching, putTokens } from '../../../db/search.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { rowTokens } from '../../customers/service.ts'

/** More than these contain it: then the newest in sight come soon enough without them. */
const FEW = 1_000
const SHORTEST = 2
/** What follows only narrows what is verified anyway. */
const LONGEST = 32

const tokensOf = (text: string): string => rowTokens({ texts: [text], initials: '', digits: [] })
/** Titles are made of few words, each in thousands of them: asked for all its overlapping pairs, the index tells 框架协议 from 框架…协议. */
function sought(words: string): string[] {
  const tokens = tokensOf([...words].slice(0, LONGEST).join(''))
    .split(' ')
    .filter(Boolean)
  return tokens.filter((token) => !tokens.some((other) => other !== token && other.includes(token)))
}

/** Rewrites the search tokens of a title; in the transaction that wrote it. */
export const indexTitle = (tx: Tx, id: number, title: string, isNew = false): Promise<void> =>
  putTokens(tx, 'contractSearch', id, tokensOf(title), isNew)

/** The newest contracts whose title contains the words; of those the reader may see. */
export async function contractsTitled(db: Read | Tx, actor: Actor, words: string, most: number) {
  if ([...words].length < SHORTEST) return []
  const tokens = sought(words)
  if (tokens.length === 0) return []
  const contains = containsText('contracts.title', words)
  const offered = sql<{
    id: number
  }>`select id from ${matching(db, 'contractSearch', tokens)} x limit ${sql.lit(FEW + 1)}`
  let { rows } = await offered.execute(db as Tx)
  if (rows.length > FEW) {
    // Words of everyday, or words that stand apart: the index of titles says which, soon where there are many. The rows hold whole contracts.
    const titles = sql<{ id: number }>`select id from ${readBy(db, 'contracts', 'contracts_title_index')}
      where ${sql.ref('deletedAt')} is null and ${contains} limit ${sql.lit(FEW + 1)}`
    rows = (await titles.execute(db as Tx)).rows
  }
  if (rows.length === 0) return []
  const few: typeof contains = sql<SqlBool>`${inIds(
    db,
    'contracts.id',
    rows.map(({ id }) => id),
  )}`
  const query = { size: most, sort: '-createdAt' }
  return (await listRows(db, actor, contract, query, { where: rows.length > FEW ? [contains] : [few, contains] })).items
}
