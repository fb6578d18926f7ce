import type { RawBuilder, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'

/** Lists are filled up to one of these lengths, so that the database remembers a handful of statements and not hundreds. */
const LENGTHS = [1, 10, 100]

/** `column in (…)` for texts. No texts: false. */
export function amongTexts(column: string, texts: readonly string[]): RawBuilder<SqlBool> {
  if (texts.length === 0) return sql<SqlBool>`1 = 0`
  const length = LENGTHS.find((most) => texts.length <= most) ?? texts.length
  const filled = [...texts, ...Array.from({ length: length - texts.length }, () => texts[0]!)]
  return sql<SqlBool>`${sql.ref(column)} in (${sql.join(filled)})`
}
