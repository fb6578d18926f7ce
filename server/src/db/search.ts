import type { Expression } from 'kysely'
import { sql } from './sql.ts'
import { engineOf } from './dialect.ts'
import type { Handle } from './dialect.ts'
import type { Tx } from './store.ts'

/** Replaces the tokens of a row (of one just made there are none). `tokens` are separated by blanks. `index` was made by createSearchIndex of migrations/helpers.ts. */
export async function putTokens(tx: Tx, index: string, id: number, tokens: string, isNew = false): Promise<void> {
  const words = [...new Set(tokens.split(' ').filter(Boolean).map(word))].join(' ')
  if (engineOf(tx) === 'postgres') {
    await sql`insert into ${sql.table(index)} (id, tokens) values (${id}, array_to_tsvector(string_to_array(${words}, ' ')))
      on conflict (id) do update set tokens = excluded.tokens`.execute(tx)
    return
  }
  if (!isNew) await dropTokens(tx, index, id)
  await sql`insert into ${sql.table(index)} (rowid, tokens) values (${id}, ${words})`.execute(tx)
}

export async function dropTokens(tx: Tx, index: string, id: number): Promise<void> {
  const key = sql.ref(engineOf(tx) === 'postgres' ? 'id' : 'rowid')
  await sql`delete from ${sql.table(index)} where ${key} = ${id}`.execute(tx)
}

/** A sub-query of the ids whose rows have all the tokens: `where('id', 'in', matching(db, 'customerSearch', tokens))`. No tokens: no ids. */
export function matching(db: Handle, index: string, tokens: readonly string[]): Expression<number> {
  const table = sql.table(index)
  const words = tokens.filter(Boolean).map(word)
  if (engineOf(db) === 'postgres') {
    if (words.length === 0) return sql<number>`(select id from ${table} where false)`
    return sql<number>`(select id from ${table} where tokens @@ ${words.map((w) => `'${w}'`).join(' & ')}::tsquery)`
  }
  if (words.length === 0) return sql<number>`(select rowid as id from ${table} where false)`
  return sql<number>`(select rowid as id from ${table} where ${sql.ref(index)} match ${words.map((w) => `"${w}"`).join(' ')})`
}

/**
 * Spells a token with a-z, 0-9 and common Han only, which every tokenizer keeps as one word: rare characters and signs
 * become their code point. So no token can be query syntax, and none is silently dropped as unknown.
 */
function word(token: string): string {
  return token
    .toLowerCase()
    .replace(/[^a-z0-9\u3400-\u9fff]/gu, (c) => `u${(c.codePointAt(0) as number).toString(16)}u`)
}
