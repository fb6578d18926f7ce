import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

/** Where the data lives: `url` (postgres://…) wins over the SQLite `file`. */
export interface Target {
  url?: string | undefined
  file: string
}

export function openStore({ url, file }: Target): Store {
  return url === undefined ? openSqlite(file) : openPostgres(url)
}
