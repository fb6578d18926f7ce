import { rm } from 'node:fs/promises'
import { type App, type AppDeps, buildApp } from '@crm/server/app'
import { systemActor } from '@crm/server/core/access/actor'
import { COOKIE } from '@crm/server/core/access/auth'
import { addSignIn, LIFETIME_MS, newSid } from '@crm/server/core/access/signInRows'
import { openStore } from '@crm/server/db/open'
import type { Store } from '@crm/server/db/store'
import { createToken } from '@crm/server/modules/org/service'
import { type Client, client } from './client.ts'
import { type FakeClock, fakeClock } from './clock.ts'
import { fastFolder, openTestStore } from './engine.ts'
import { type Make, maker } from './make.ts'
import { makeOffice, type Office, PASSWORD, type Username } from './office.ts'

const START = '2026-11-22T01:00:00.000Z'
const ZONE = 'Asia/Shanghai'
/** A seeded person, or the id of anybody else. */
type Who = Username | number

export interface TestApp {
  readonly app: App
  readonly store: Store
  readonly clock: FakeClock
  readonly filesDir: string
  /** Ids of the seeded people, teams and roles. */
  readonly ids: Office
  readonly password: string
  /** Signed in by a cookie, without the cost of a password hash. The same sign-in for the same person. */
  readonly as: (who: Who) => Client
  /** Sends a token of this user, limited to `scope`. */
  readonly byToken: (who: Who, scope?: readonly string[]) => Client
  readonly anonymous: Client
  readonly make: Make
  /** A cookie of a new sign-in, as a Cookie header. */
  readonly signIn: (who: Who) => Promise<string>
  /** A second server process on the same database. */
  readonly second: (
    deps?: Partial<AppDeps>,
  ) => Promise<{ readonly app: App; readonly store: Store; readonly with: (headers: Record<string, string>) => Client }>
  readonly close: () => Promise<void>
}

/** The whole server on a fresh database with an office in it. Close it after the tests. */
export async function openTestApp(deps: Partial<AppDeps> = {}): Promise<TestApp> {
  const { close, store, target } = await openTestStore()
  const filesDir = fastFolder('crm-files-')
  const clock = fakeClock(START, ZONE)
  const shared = { clock, zone: ZONE, filesDir }
  const ids = await makeOffice(store, clock)
  const app = await buildApp({ store, ...shared, ...deps })
  const later: (() => Promise<unknown>)[] = []

  const idOf = (who: Who) => (typeof who === 'number' ? who : ids.users[who])
  async function signIn(who: Who): Promise<string> {
    const sid = newSid()
    const at = clock.now()
    await store.tx((tx) => addSignIn(tx, sid, { userId: idOf(who), at, address: '127.0.0.1', agent: 'test' }))
    return `${COOKIE}=${app.jwt.sign({ sid, exp: Math.floor((Date.parse(at) + LIFETIME_MS) / 1000) })}`
  }
  async function tokenOf(who: Who, scope: readonly string[] | null): Promise<string> {
    const actor = systemActor(clock.now(), clock.today(), 'cli', '测试')
    const made = await store.tx((tx) =>
      createToken(tx, actor, { userId: idOf(who), name: '测试', scope, expiresDays: null }),
    )
    return made.token
  }
  const known = new Map<string, Client>()
  const once = (key: string, headers: () => Promise<Record<string, string>>): Client => {
    let made: Promise<Record<string, string>> | undefined
    if (!known.has(key))
      known.set(
        key,
        client(
          () => app,
          () => (made ??= headers()),
        ),
      )
    return known.get(key)!
  }
  const as = (who: Who) => once(String(who), async () => ({ cookie: await signIn(who) }))

  return {
    app,
    store,
    clock,
    filesDir,
    ids,
    password: PASSWORD,
    as,
    byToken: (who, scope) =>
      once(`${who} ${scope?.join()}`, async () => ({ authorization: `Bearer ${await tokenOf(who, scope ?? null)}` })),
    anonymous: client(() => app),
    make: maker(as('admin')),
    signIn,
    async second(other = {}) {
      const twin = openStore(target)
      const secondApp = await buildApp({ store: twin, ...shared, ...other })
      later.push(
        () => secondApp.close(),
        () => twin.close(),
      )
      return {
        app: secondApp,
        store: twin,
        with: (headers) =>
          client(
            () => secondApp,
            () => headers,
          ),
      }
    },
    async close() {
      for (const end of [() => app.close(), ...later, close, () => rm(filesDir, { recursive: true, force: true })])
        await end()
    },
  }
}
