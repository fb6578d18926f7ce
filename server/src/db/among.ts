import type { Expression, SqlBool } from 'kysely'
import { sql } from './sql.ts'

/** `column in (…)`; nothing is among no values. The same SQL on both engines. */
export const among = (column: Expression<unknown>, values: readonly (string | number)[]): Expression<SqlBool> =>
  values.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${column} in (${sql.join(values)})`
