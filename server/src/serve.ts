import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from './app.ts'
import type { Config } from './config.ts'
import type { Running } from './core/jobs/jobs.ts'
import { Refusal } from './core/refusal.ts'
import { integrity } from './db/maintenance.ts'
import type { Store } from './db/store.ts'
import { damagedText, holdFolder, openData } from './folder.ts'
import type { Say } from './modules/system/backup/service.ts'

export interface Server {
  /** Where people reach it. */
  readonly url: string
  /** Refuses newcomers, lets running requests end, brings the log home, releases the folder. Under 10 s. */
  stop(): Promise<void>
}

const WEB_DIR = join(import.meta.dirname, '../../web/dist')
/** A large database is checked further while people already work. */
const CHECK_AT_START_MS = 1_500
/** An answer that is there already must be heard, however busy this thread was with other things. */
const HEARING_MS = 100
/** After this long a download or a stuck client is cut off. */
const REQUESTS_END_MS = 5_000

/** Everything between configuration and listening. Throws without leaving anything open or locked. */
export async function serve(config: Config, say: Say): Promise<Server> {
  const hold = await holdFolder(config)
  const opened: (() => Promise<unknown>)[] = [async () => hold.release()]
  const close = async () => {
    for (const end of opened.toReversed()) await end()
  }
  try {
    let maintenance: string | null = null
    const maintain = (reason: string | null) => void (maintenance = reason)
    const { store } = await openData(hold.place, say)
    opened.push(() => store.close())
    const damage = lookThrough(store, config, (text) => {
      maintain(text)
      say(text)
    })
    // Another thread looks through the database while this one reads and assembles the program.
    const [{ buildApp }, { freeWhatTheDeadHeld, startBackground }] = await Promise.all([
      import('./app.ts'),
      import('./background.ts'),
    ])
    const { clock, filesDir, zone } = hold.place
    const app = await buildApp({
      store,
      clock,
      zone,
      filesDir,
      webDir: WEB_DIR,
      trustProxy: config.trustProxy,
      logLevel: config.logLevel,
      canMail: config.smtpUrl !== undefined,
      maintenance: () => maintenance,
    })
    const damaged = await damage()
    if (damaged !== null) {
      await store.close().catch(() => {})
      throw new Refusal('failure', damaged)
    }
    await freeWhatTheDeadHeld(store, filesDir)
    const background: Running[] = []
    opened.push(() => Promise.all([endRequests(app), ...background.map((one) => one.stop())]))
    await app.listen({ host: config.host, port: config.port })
    const warn = (message: string, error: unknown) => app.log.warn({ err: error }, message)
    background.push(...(await startBackground({ store, place: hold.place, config, maintain, warn })))
    const url = addressOf(app, config)
    await greet(store, url, config, say)
    let stopping: Promise<void> | undefined
    return { url, stop: () => (stopping ??= close()) }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Begins to look through the database. The answer, asked for when all else is ready, is what is wrong with it, or null: a small one is
 * known to be whole before anybody is let in; in a large one damage found later is `told`.
 */
function lookThrough(store: Store, config: Config, told: (text: string) => void): () => Promise<string | null> {
  const begunAt = performance.now()
  let isLate = false
  const damage = integrity(store).then(async ([first]) => {
    if (first === undefined) return null
    const text = await damagedText(config, first)
    if (isLate) told(text)
    return text
  })
  return async () => {
    const patienceMs = Math.max(CHECK_AT_START_MS - (performance.now() - begunAt), HEARING_MS)
    const early = await Promise.race([damage, sleep(patienceMs, undefined, { ref: false })])
    isLate = true
    return early ?? null
  }
}

/** Fastify waits for requests that are under way; nobody may hold a restart up for longer than a person waits. */
async function endRequests(app: App): Promise<void> {
  const patience = setTimeout(() => app.server.closeAllConnections(), REQUESTS_END_MS).unref()
  await app.close()
  clearTimeout(patience)
}

function addressOf(app: App, config: Config): string {
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : config.port
  const host = ['0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function greet(store: Store, url: string, { host }: Config, say: Say): Promise<void> {
  say(`客户管理系统已启动:${url}`)
  const somebody = await store.read.selectFrom('users').select('id').limit(1).executeTakeFirst()
  if (somebody) return
  const lines = [
    '',
    '第一次使用,先建立管理员(密码从标准输入读取,至少 8 位):',
    "  echo '请换成自己的密码' | npm run crm -- init --admin admin --password-stdin --company '公司名称'",
    `然后在浏览器打开 ${url} ,用 admin 和这个密码登录。`,
    ...(host === '127.0.0.1'
      ? ['现在只有本机能访问。要让局域网里的同事使用,请这样启动:CRM_HOST=0.0.0.0 npm start']
      : []),
    '',
  ]
  for (const line of lines) say(line)
}
