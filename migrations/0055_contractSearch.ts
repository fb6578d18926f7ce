import { sql } from 'kysely'
import { createSearchIndex, type Db, onPostgres } from './helpers.ts'

export const name = '0055_contractSearch'

const READ_AT_ONCE = 2_000
const WRITTEN_AT_ONCE = 200

/** Titles of contracts are found by the words in them: no search reads all titles any more. */
export async function up(db: Db): Promise<void> {
  await createSearchIndex(db, 'contractSearch')
  for (let last = 0; ;) {
    const rows = await db
      .selectFrom('contracts')
      .select(['id', 'title'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(READ_AT_ONCE)
      .execute()
    if (rows.length === 0) return
    for (let at = 0; at < rows.length; at += WRITTEN_AT_ONCE) await write(db, rows.slice(at, at + WRITTEN_AT_ONCE))
    last = rows.at(-1)!['id']
  }
}

async function write(db: Db, rows: readonly { id: number; title: string }[]): Promise<void> {
  const postgres = onPostgres(db)
  const values = rows.map(({ id, title }) => {
    const words = tokensOf(title)
    return postgres ? sql`(${id}, array_to_tsvector(string_to_array(${words}, ' ')))` : sql`(${id}, ${words})`
  })
  await sql`insert into ${sql.table('contractSearch')} (${sql.ref(postgres ? 'id' : 'rowid')}, tokens) values ${sql.join(values)}`.execute(
    db,
  )
}

// As the server of this day cuts and spells words (searchTokens.ts, search.ts); a title written later is indexed by the server itself.
const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu
const DENSE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]$/u
const WORD = /^[\p{L}0-9\u3007]$/u
const NOT_A_TOKEN = /^[\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]$/u

function tokensOf(title: string): string {
  const tokens = new Set<string>()
  for (const { chars, dense } of runs(title.normalize('NFKC').toLowerCase().normalize('NFKC').replace(UNSEEN, '')))
    for (const size of dense ? [1, 2] : [1, 2, 3])
      for (let at = 0; at + size <= chars.length; at++) tokens.add(spelt(chars.slice(at, at + size).join('')))
  return [...tokens].join(' ')
}

function runs(text: string) {
  const found: { readonly dense: boolean; readonly chars: string[] }[] = []
  let isOpen = false
  for (const char of text) {
    if (!WORD.test(char) || NOT_A_TOKEN.test(char)) {
      isOpen = false
      continue
    }
    const dense = DENSE.test(char)
    if (!isOpen || found.at(-1)!.dense !== dense) found.push({ dense, chars: [] })
    isOpen = true
    found.at(-1)!.chars.push(char === '\u03c2' ? '\u03c3' : char)
  }
  return found
}

const spelt = (token: string): string =>
  token.toLowerCase().replace(/[^a-z0-9\u3400-\u9fff]/gu, (char) => `u${char.codePointAt(0)!.toString(16)}u`)
