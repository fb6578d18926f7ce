import fastifyCookie from '@fastify/cookie'
import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Reach } from '@crm/shared/permissions'
import type { Read, Store, Tx } from '../../db/store.ts'
import { type Actor, NOW, type Rights } from './actor.ts'
import { audit } from './audit.ts'
import { type Clock, later, oneDay } from '../clock.ts'
import { refuseForeignOrigin, requireOwnOrigin } from './origin.ts'
import { problem } from '../problem.ts'
import { rightsMemory } from './rightsMemory.ts'
import {
  addSignIn,
  digest,
  endSignIn,
  endSignIns,
  identities,
  LIFETIME_MS,
  newSid,
  signingSecret,
} from './signInRows.ts'

export const COOKIE = 'crm'
/** `crm_` and 32 random bytes. */
const BEARER = /^Bearer +(crm_[\w-]{43})$/i
/** A sign-in from the future is one from before the clock was put back: it must not outlive its week. */
const CLOCK_SLACK_MS = 10 * 60_000
const TOUCH_MS = 60_000

interface Deps {
  readonly store: Store
  readonly clock: Clock
  readonly loadRights: (read: Read, userId: number) => Promise<Rights | null>
}
interface Person {
  readonly id: number
  readonly name: string
}

export interface SignIns {
  /** Who sends this request: null for nobody; 401 for a token that is none, 403 `wrong_origin` for another website's request. */
  identify(request: FastifyRequest): Promise<Actor | null>
  /** A new sign-in with a new id, whatever cookie came along; `also` runs in the same transaction and may still refuse. */
  start(request: FastifyRequest, reply: FastifyReply, person: Person, also?: (tx: Tx) => Promise<void>): Promise<void>
  /** Ends the sign-in of the request's cookie, if there is one. */
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Ends all sign-ins of a user, except that of `except`. */
  endAll(tx: Tx, userId: number, at: string, except?: FastifyRequest): Promise<void>
  /** 403 when the request comes from another website. For public endpoints that change something. */
  refuseForeignOrigin(request: FastifyRequest): void
}

/**
 * Sign-in by cookie and by token. The JWT in the cookie carries the sign-in's id and nothing else; who that is and what they may do
 * is read from the database at each request, so that whatever changed counts at once in every process.
 */
export async function signIns(app: FastifyInstance, { store, clock, loadRights }: Deps): Promise<SignIns> {
  await app.register(fastifyCookie)
  await app.register(fastifyJwt, {
    secret: await store.tx(signingSecret),
    sign: { algorithm: 'HS256', noTimestamp: true },
    // Time is judged below by the injected clock.
    verify: { algorithms: ['HS256'], requiredClaims: ['sid', 'exp'], ignoreExpiration: true, ignoreNotBefore: true },
  })
  const rows = identities(store.read)
  const remembered = rightsMemory((userId) => loadRights(store.read, userId))
  const touched = touches(app, store)

  /** The id in the cookie, if it is ours and its time is not over. */
  function sidOf(request: FastifyRequest): string | null {
    const cookie = request.cookies[COOKIE]
    if (!cookie) return null
    try {
      const { sid, exp } = app.jwt.verify<{ sid?: unknown; exp?: unknown }>(cookie)
      return typeof sid === 'string' && Number.isSafeInteger(exp) && (exp as number) * 1000 > Date.parse(clock.now())
        ? sid
        : null
    } catch {
      return null
    }
  }

  async function byCookie(request: FastifyRequest): Promise<Actor | null> {
    const sid = sidOf(request)
    const row = sid === null ? undefined : await rows.ofCookie(sid)
    const at = clock.now()
    if (!row || row.endedAt || row.expiresAt <= at || row.createdAt > later(at, CLOCK_SLACK_MS) || row.disabled)
      return null
    requireOwnOrigin(request)
    const rights = await remembered(row.userId, row.n)
    const today = oneDay(clock)
    return (
      rights && {
        ...rights,
        at,
        [NOW]: clock.now,
        get today() {
          return today()
        },
        via: 'web',
        address: request.ip,
      }
    )
  }

  async function byToken(authorization: string, request: FastifyRequest): Promise<Actor> {
    const refused = () => problem('signed_out', 'API 令牌无效或已吊销')
    const token = BEARER.exec(authorization)?.[1]
    const row = token === undefined ? undefined : await rows.ofToken(token)
    const at = clock.now()
    if (!row || row.revokedAt || (row.expiresAt !== null && row.expiresAt <= at) || row.disabled) throw refused()
    const rights = await remembered(row.userId, row.n)
    if (!rights) throw refused()
    if (row.lastUsedAt === null || row.lastUsedAt < later(at, -TOUCH_MS)) touched(row.id, at)
    const today = oneDay(clock)
    return {
      ...rights,
      grants: within(rights.grants, row.scope),
      at,
      [NOW]: clock.now,
      get today() {
        return today()
      },
      via: 'token',
      address: request.ip,
    }
  }

  const place = (request: FastifyRequest) => ({ via: 'web' as const, address: request.ip })
  // Strict costs nothing here: the page is public and its own calls are same-site, also after following a link from elsewhere.
  const cookieFor = (request: FastifyRequest) => ({
    path: '/',
    httpOnly: true,
    sameSite: 'strict' as const,
    secure: request.protocol === 'https',
  })

  return {
    refuseForeignOrigin,
    // A token wins over a cookie: programs that keep both mean the token.
    identify: (request) =>
      request.headers.authorization === undefined ? byCookie(request) : byToken(request.headers.authorization, request),

    async start(request, reply, person, also) {
      const sid = newSid()
      const before = sidOf(request)
      const at = clock.now()
      await store.tx(async (tx) => {
        await also?.(tx)
        if (before !== null) await endSignIn(tx, at, digest(before))
        await addSignIn(tx, sid, {
          userId: person.id,
          at,
          address: request.ip,
          agent: request.headers['user-agent'] ?? '',
        })
        await audit(
          tx,
          { ...person, at, ...place(request) },
          { entity: 'signIn', recordId: person.id, action: 'login' },
        )
      })
      const exp = Math.floor((Date.parse(at) + LIFETIME_MS) / 1000)
      reply.setCookie(COOKIE, app.jwt.sign({ sid, exp }), { ...cookieFor(request), maxAge: LIFETIME_MS / 1000 })
    },

    async end(request, reply) {
      const sid = sidOf(request)
      if (sid !== null) {
        requireOwnOrigin(request)
        const at = clock.now()
        await store.tx(async (tx) => {
          const ended = await endSignIn(tx, at, digest(sid))
          if (!ended) return
          const { name } = await tx
            .selectFrom('users')
            .select('name')
            .where('id', '=', ended.userId)
            .executeTakeFirstOrThrow()
          await audit(
            tx,
            { id: ended.userId, name, at, ...place(request) },
            { entity: 'signIn', recordId: ended.userId, action: 'logout' },
          )
        })
      }
      reply.clearCookie(COOKIE, cookieFor(request))
    },

    async endAll(tx, userId, at, except) {
      const kept = except && sidOf(except)
      await endSignIns(tx, at, userId, kept ? digest(kept) : null)
    },
  }
}

/** What both the person and the token's scope allow. */
function within(grants: ReadonlyMap<string, Reach>, scope: string | null): ReadonlyMap<string, Reach> {
  if (scope === null) return grants
  const allowed = new Set(scope.split(','))
  return new Map([...grants].filter(([permission]) => allowed.has(permission)))
}

/** Notes when a token was last used, outside the request that used it; failing to note it is nobody's failure. */
function touches(app: FastifyInstance, store: Store) {
  const running = new Map<number, Promise<void>>()
  app.addHook('onClose', () => Promise.all(running.values()))
  return (id: number, at: string): void => {
    if (running.has(id)) return
    const note = store
      .tx(async (tx) => void (await tx.updateTable('apiTokens').set({ lastUsedAt: at }).where('id', '=', id).execute()))
      .catch((error: unknown) => app.log.warn({ err: error }, 'token use not noted'))
      .finally(() => running.delete(id))
    running.set(id, note)
  }
}
