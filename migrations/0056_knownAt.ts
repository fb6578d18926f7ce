import { sql } from 'kysely'
import { type Db, onPostgres } from './helpers.ts'

export const name = '0056_knownAt'

/** The latest instant a report was asked for (in ms): what is written down later gets a later one. SQLite keeps it in `sequences`. */
export async function up(db: Db): Promise<void> {
  if (onPostgres(db)) await sql`create sequence ${sql.table('knownMs')} minvalue 0 start 0`.execute(db)
}
