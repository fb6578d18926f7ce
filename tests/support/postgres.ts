import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** Set by postgres.setup.ts for the workers: an address of the test server, with the database of the template. */
export const SERVER_VARIABLE = 'CRM_TEST_POSTGRES_URL'

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

/** A database of its own, copied from the migrated template, or `empty`. */
export async function freshDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const server = process.env[SERVER_VARIABLE]
  if (!server) throw new Error('no PostgreSQL: run the tests with CRM_TEST_ENGINE=postgres')
  const template = new URL(server).pathname.slice(1)
  const name = `t_${randomBytes(8).toString('hex')}`
  await command(server, `create database ${name} template ${empty ? 'template0' : template}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => command(server, `drop database if exists ${name} with (force)`) }
}

/** Runs one command in the maintenance database of the server. */
export async function command(server: string, text: string): Promise<void> {
  const url = new URL(server)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
