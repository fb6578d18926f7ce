import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { AnyEndpoint } from '@crm/shared/kernel/endpoint'
import { signIns } from './core/access/auth.ts'
import { router } from './core/http/bind.ts'
import type { Clock } from './core/clock.ts'
import { securityHeaders } from './core/http/headers.ts'
import { health } from './core/http/health.ts'
import { jsonBytes } from './core/http/jsonBytes.ts'
import { apiDocs } from './core/http/openapi.ts'
import { problem } from './core/problem.ts'
import { problemReplies, sendProblem } from './core/http/problemReply.ts'
import { serveWeb } from './core/http/serveWeb.ts'
import { openStreams } from './core/http/streams.ts'
import { uploads } from './core/http/uploads.ts'
import type { Store } from './db/store.ts'
import type { ExportLimits, Module } from './core/http/module.ts'
import { modules as allModules } from './modules/index.ts'
import { loadRights } from './modules/org/service.ts'

export interface AppDeps {
  readonly store: Store
  readonly clock: Clock
  readonly zone: string
  readonly filesDir: string
  /** Built web; without it only the API is served. */
  readonly webDir?: string
  /** Addresses of proxies whose forwarding headers count; none by default. */
  readonly trustProxy?: string | false
  readonly logLevel?: string
  /** Whether there is a mail server that the outbox delivers to. */
  readonly canMail?: boolean
  readonly exportLimits?: ExportLimits
  /** What the server consists of; all there is unless said. */
  readonly modules?: readonly Module[]
  /** Text while the system is under maintenance (restore); everything but health answers 503. */
  readonly maintenance?: () => string | null
}
export interface App extends FastifyInstance {
  /** Every endpoint bound, in order. */
  readonly endpoints: readonly AnyEndpoint[]
}

const BODY_LIMIT = 1 << 20
/** A client that dribbles its request holds a connection no longer than this. */
const REQUEST_TIMEOUT_MS = 120_000

/** Builds the server. Never listens, never reads the environment: tests and main.ts share it. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const { store, clock, zone, filesDir, exportLimits } = deps
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: deps.trustProxy || false,
    logger: deps.logLevel
      ? { level: deps.logLevel, redact: ['req.headers.authorization', 'req.headers.cookie'] }
      : false,
    logController: new LogController({ disableRequestLogging: deps.logLevel !== 'debug' && deps.logLevel !== 'trace' }),
    return503OnClosing: true,
    frameworkErrors: (_error, request, reply) =>
      void sendProblem(request, reply, problem('bad_request', '地址无法解析')),
    routerOptions: { maxParamLength: 100 },
  })
  // Fastify sends bytes as well as text; its type names only the latter.
  app.setReplySerializer(jsonBytes as (reply: unknown) => string)
  // Only JSON is a body; whatever else arrives is 415.
  app.removeContentTypeParser('text/plain')
  await uploads(app)
  securityHeaders(app)
  problemReplies(app)
  app.addHook('onRequest', async (request) => {
    const reason = deps.maintenance?.()
    if (reason && request.url.startsWith('/api/')) throw problem('maintenance', reason, { retryAfterSeconds: 5 })
  })

  const endpoints: AnyEndpoint[] = []
  const auth = await signIns(app, { store, clock, loadRights })
  const routes = router(app, { store, identify: auth.identify, announce: (endpoint) => void endpoints.push(endpoint) })
  const streams = openStreams(app, { store, identify: auth.identify })
  for (const module of deps.modules ?? allModules)
    module.routes(routes, {
      store,
      clock,
      zone,
      signIns: auth,
      streams,
      filesDir,
      exportLimits,
      canMail: deps.canMail === true,
    })
  health(app, { store, filesDir, identify: auth.identify })
  apiDocs(app, endpoints)
  await serveWeb(app, deps.webDir)
  await app.ready()
  return Object.assign(app, { endpoints }) as unknown as App
}
