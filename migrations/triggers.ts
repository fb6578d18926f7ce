import { sql } from 'kysely'
import { onPostgres } from './helpers.ts'
import type { Db } from './helpers.ts'

const name = (...parts: string[]) => sql.ref(parts.join('_'))

/** Rows of `table` (with an `id`) can be added and never changed or removed again, by nobody. `removable`: they may go with what they are about. */
export async function appendOnly(db: Db, table: string, { removable = false } = {}): Promise<void> {
  const message = sql.lit(`${table} is append-only`)
  if (onPostgres(db)) {
    await sql`create function ${name(table, 'refuse')}() returns trigger language plpgsql as ${sql.raw(
      `$$ begin raise exception '${table} is append-only' using errcode = 'integrity_constraint_violation'; end $$`,
    )}`.execute(db)
    const guards = removable
      ? ([['update', 'row']] as const)
      : ([
          ['update or delete', 'row'],
          ['truncate', 'statement'],
        ] as const)
    for (const [verbs, each] of guards) {
      await sql`create trigger ${name(table, 'no', each)} before ${sql.raw(verbs)} on ${sql.table(table)}
        for each ${sql.raw(each)} execute function ${name(table, 'refuse')}()`.execute(db)
    }
    return
  }
  for (const verb of removable ? ['update'] : ['update', 'delete']) {
    await sql`create trigger ${name(table, 'no', verb)} before ${sql.raw(verb)} on ${sql.table(table)}
      begin select raise(abort, ${message}); end`.execute(db)
  }
  // `insert or replace` removes the old row without a delete trigger.
  await sql`create trigger ${name(table, 'no_replace')} before insert on ${sql.table(table)}
    when exists (select 1 from ${sql.table(table)} where id = new.id)
    begin select raise(abort, ${message}); end`.execute(db)
}

/** A table whose writes count, or only writes to some of its columns. */
export type Watched = string | { table: string; columns: string[] }

/** Every write to one of `tables` adds one (or more) to `n` of the single row of `counterTable`. */
export async function bumpOnWrite(db: Db, tables: Watched[], counterTable: string): Promise<void> {
  const bump = sql`update ${sql.table(counterTable)} set n = n + 1`
  if (onPostgres(db)) {
    const bumped = sql.raw(`"${counterTable}"`)
    await sql`create or replace function ${name(counterTable, 'bump')}() returns trigger language plpgsql as $$
      begin update ${bumped} set n = n + 1; return null; end $$`.execute(db)
  }
  for (const watched of tables) {
    const { table, columns } = typeof watched === 'string' ? { table: watched, columns: [] } : watched
    const ofColumns = columns.length > 0 ? sql` of ${sql.join(columns.map((c) => sql.ref(c)))}` : sql.raw('')
    const verbs = [sql.raw('insert'), sql`update${ofColumns}`, sql.raw('delete')]
    for (const [i, verb] of verbs.entries()) {
      const trigger = name(table, counterTable, ['insert', 'update', 'delete'][i] as string)
      const action = onPostgres(db)
        ? sql`for each statement execute function ${name(counterTable, 'bump')}()`
        : sql`begin ${bump}; end`
      await sql`create trigger ${trigger} after ${verb} on ${sql.table(table)} ${action}`.execute(db)
    }
  }
}
