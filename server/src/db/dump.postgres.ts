import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import type { DumpFacts } from './dumpFacts.ts'

const FOLDER = 'tables'
const PAGE_ROWS = 2_000
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
/** `customers` <-> `tables/customers.ndjson`, one row as JSON per line. */
export const tableFile = (dir: string, table: string): string => join(dir, FOLDER, `${table}.ndjson`)

/** All tables as of one moment: REPEATABLE READ sees no later commit and stops nobody. */
export async function dumpPostgres(url: string, dir: string): Promise<string[]> {
  await mkdir(join(dir, FOLDER), { mode: 0o700 })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query("set local timezone = 'UTC'")
    const { rows } = await client.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = current_schema() order by 1',
    )
    for (const { name } of rows) {
      await pipeline(pages(client, name), createWriteStream(tableFile(dir, name), { flags: 'wx', mode: 0o600 }))
    }
    await client.query('commit')
    return rows.map(({ name }) => `${FOLDER}/${name}.ndjson`)
  } finally {
    await client.end()
  }
}

async function* pages(client: pg.Client, table: string): AsyncGenerator<string> {
  await client.query(`declare pages cursor for select row_to_json(t)::text as line from ${quoted(table)} t`)
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${PAGE_ROWS} from pages`)
    if (rows.length === 0) break
    yield rows.map(({ line }) => `${line}\n`).join('')
  }
  await client.query('close pages')
}

export async function* linesOf(dir: string, table: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(tableFile(dir, table)), crlfDelay: Infinity }))
    if (line) yield line
}

/** Tables of a dump, by name. */
export const tablesIn = async (dir: string): Promise<string[]> =>
  (await readdir(join(dir, FOLDER))).map((name) => name.replace(/\.ndjson$/, '')).sort()

export async function describeTables(dir: string): Promise<DumpFacts> {
  const tables = await tablesIn(dir)
  const counts: Record<string, number> = {}
  for (const table of tables) {
    let n = 0
    for await (const _ of linesOf(dir, table)) n++
    counts[table] = n
  }
  const parsed = async <T>(table: string): Promise<T[]> => {
    const rows: T[] = []
    if (tables.includes(table)) for await (const line of linesOf(dir, table)) rows.push(JSON.parse(line) as T)
    return rows
  }
  const settings = await parsed<{ name: string; value: string }>('settings')
  return {
    counts,
    schema: (await parsed<{ name: string }>('schemaMigrations')).map((row) => row.name).sort(),
    settings: Object.fromEntries(settings.map((row) => [row.name, row.value])),
  }
}
