import type { Store } from '@crm/server/db/store'
import { sql } from 'kysely'

/** table -> column -> may be empty. As the engine itself tells it. */
export async function catalogOf({ engine, read }: Store): Promise<Map<string, Map<string, boolean>>> {
  const asked =
    engine === 'postgres'
      ? sql`select table_name as "table", column_name as "column", case is_nullable when 'YES' then 1 else 0 end as empty
          from information_schema.columns where table_schema = 'public' order by ordinal_position`
      : sql`select m.name as "table", c.name as "column", 1 - c."notnull" as empty
          from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'`
  const { rows } = await asked.execute(read as never)
  const tables = new Map<string, Map<string, boolean>>()
  for (const { table, column, empty } of rows as { table: string; column: string; empty: number }[]) {
    const columns = tables.get(table) ?? new Map<string, boolean>()
    tables.set(table, columns.set(column, empty === 1))
  }
  return tables
}
