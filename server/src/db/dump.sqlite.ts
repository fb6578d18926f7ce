import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { DumpFacts } from './dumpFacts.ts'
import { integrity } from './maintenance.ts'
import { openReader, type Reader } from './reader.ts'

const NAME = 'crm.db'
/** A gigabyte takes seconds on an SSD; an hour is a broken disk. */
const LIMITS = { idleMs: 0, longestMs: 3_600_000 }

/** A consistent copy of the file, live or at rest, made on a thread of its own. */
export async function dumpSqlite(file: string, dir: string): Promise<string[]> {
  const target = join(dir, NAME)
  await reading(file, (reader) => reader.ask({ verb: 'vacuumInto', target }))
  const handle = await open(target, 'r')
  await handle.sync()
  await handle.close()
  return [NAME]
}

export const sqliteDumpProblems = (dir: string): Promise<string[]> => integrity(join(dir, NAME))

export function describeSqlite(dir: string): Promise<DumpFacts> {
  return reading(join(dir, NAME), async (reader) => {
    const ask = <T>(sql: string) => reader.ask<T>({ verb: 'query', sql, parameters: [] })
    const tables = (
      await ask<{ name: string }>(
        "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%' order by name",
      )
    ).map((t) => t.name)
    const counts: Record<string, number> = {}
    for (const name of tables)
      counts[name] = (await ask<{ n: number }>(`select count(*) as n from "${name.replaceAll('"', '""')}"`))[0]?.n ?? 0
    const schema = tables.includes('schemaMigrations')
      ? await ask<{ name: string }>('select name from schemaMigrations order by name')
      : []
    const settings = tables.includes('settings')
      ? await ask<{ name: string; value: string }>('select name, value from settings')
      : []
    return {
      counts,
      schema: schema.map((row) => row.name),
      settings: Object.fromEntries(settings.map((row) => [row.name, row.value])),
    }
  })
}

async function reading<T>(file: string, work: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = openReader(file, LIMITS)
  try {
    return await work(reader)
  } finally {
    await reader.close()
  }
}
