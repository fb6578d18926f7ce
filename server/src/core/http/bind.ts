import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CompiledQuery } from 'kysely'
import { check } from '@crm/shared/formats'
import type { Checked } from '@crm/shared/kernel/check'
import { alwaysSaid, type AnyEndpoint, type Input, type Output } from '@crm/shared/kernel/endpoint'
import { parseQuery } from '@crm/shared/kernel/query'
import type { Read, Store, Tx } from '../../db/store.ts'
import { type Actor, can } from '../access/actor.ts'
import { once } from './idempotency.ts'
import { forbidden, invalid, problem } from '../problem.ts'
import { takingTurns } from '../jobs/turns.ts'

/** What a handler is given: the checked input, who asks, and a place for slow reads. */
export type Given<E> = Input<E> & {
  readonly actor: Actor
  readonly heavy: <T>(query: CompiledQuery<T>) => Promise<T[]>
}
/** Of a public endpoint nobody need be signed in. */
export interface Raw {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Who asks, with the rights of this moment: for answers that take long. Throws when he may no longer. */
  readonly again: () => Promise<Actor>
}

/** The only way to add a route, so that none exists without a schema and a declared permission. */
export interface Router {
  /** May only look. */
  read<E extends AnyEndpoint>(endpoint: E, work: (read: Read, given: Given<E>) => Promise<Output<E>>): void
  /** Runs in one transaction, with idempotency keys where the endpoint says so. */
  write<E extends AnyEndpoint>(endpoint: E, work: (tx: Tx, given: Given<E>) => Promise<Output<E>>): void
  /** Manages its own reads and transactions: hashing, uploads, downloads, bulk work. */
  open<E extends AnyEndpoint>(endpoint: E, work: (given: Given<E>, raw: Raw) => Promise<Output<E> | FastifyReply>): void
}

export interface BindDeps {
  readonly store: Store
  /** Who sends this request; null for nobody. 401 problems come from `bind`. */
  readonly identify: (request: FastifyRequest) => Promise<Actor | null>
  /** Called with every endpoint bound: OpenAPI and the permission matrix are made of it. */
  readonly announce?: (endpoint: AnyEndpoint) => void
}

export function router(app: FastifyInstance, { store, identify, announce }: BindDeps): Router {
  const turn = takingTurns()

  function route(endpoint: AnyEndpoint, handle: (given: Given<AnyEndpoint>, raw: Raw) => Promise<unknown>): void {
    announce?.(endpoint)
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      handler: async (request, reply) => {
        await turn()
        const actor = endpoint.permission === null ? null : await permitted(endpoint, request)
        const input = inputOf(endpoint, request)
        const result = await handle(
          { ...input, actor, heavy: store.heavy.bind(store) } as unknown as Given<AnyEndpoint>,
          { request, reply, again: () => permitted(endpoint, request) },
        )
        if (reply.sent || result === reply) return reply
        return reply.code(endpoint.status).send(endpoint.status === 204 ? undefined : result)
      },
    })
  }

  async function permitted(endpoint: AnyEndpoint, request: FastifyRequest): Promise<Actor> {
    const actor = await identify(request)
    if (!actor) throw problem('signed_out', '请先登录')
    if (endpoint.permission !== 'signedIn' && !can(actor, endpoint.permission!)) throw forbidden()
    return actor
  }

  return {
    read: (endpoint, work) => route(endpoint as AnyEndpoint, (given) => work(store.read, given as never)),
    write: (endpoint, work) =>
      route(endpoint as AnyEndpoint, (given, { request }) => {
        const key = endpoint.idempotent ? request.headers['idempotency-key'] : undefined
        return store.tx((tx) =>
          once(
            tx,
            (given as { actor: Actor }).actor,
            { key, route: `${endpoint.method} ${request.url}`, body: request.body },
            () => work(tx, given as never),
          ),
        )
      }),
    open: (endpoint, work) =>
      route(endpoint as AnyEndpoint, (given, raw) => work(given as never, raw) as Promise<unknown>),
  }
}

function inputOf(endpoint: AnyEndpoint, request: FastifyRequest): object {
  if (request.isMultipart() && !endpoint.upload) throw problem('unsupported_type', '请求内容应为 application/json')
  const params = parseQuery(endpoint.params ?? {}, request.params as Record<string, unknown>)
  // A malformed id names no row: the path is as absent as the row.
  if (!params.ok) throw invalid(params.errors)
  const query = parseQuery(endpoint.query ?? {}, request.query as Record<string, unknown>)
  if (!query.ok) throw invalid(query.errors)
  const input: Record<string, unknown> = { params: params.value, query: query.value }
  if (endpoint.body) {
    const body: Checked<Record<string, unknown>> = check(
      endpoint.body,
      request.body ?? {},
      endpoint.partial ? { partial: true, always: alwaysSaid(endpoint.body) } : {},
    )
    if (!body.ok) throw invalid(body.errors)
    input['body'] = body.value
  } else if (
    request.body !== undefined &&
    request.body !== null &&
    !endpoint.upload &&
    Object.keys(request.body).length > 0
  )
    throw problem('bad_request', '此请求不接受内容')
  return input
}
