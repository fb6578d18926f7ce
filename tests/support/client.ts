import type { FastifyInstance, InjectOptions } from 'fastify'

export interface Answer {
  readonly status: number
  /** Parsed JSON; text for anything else; null without a body. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
}
type Headers = Readonly<Record<string, string>>
type WithBody = (url: string, body?: unknown, headers?: Headers) => Promise<Answer>
type WithoutBody = (url: string, headers?: Headers) => Promise<Answer>

export interface Client {
  readonly get: WithoutBody
  readonly post: WithBody
  readonly patch: WithBody
  readonly put: WithBody
  readonly delete: WithoutBody
  readonly send: (request: InjectOptions) => Promise<Answer>
}

/** What inject pretends to be addressed as; a browser's own Origin for it. */
export const ORIGIN = 'http://localhost'

function parsed(text: string, type: string): unknown {
  if (text === '') return null
  return /\bjson\b/.test(type) ? JSON.parse(text) : text
}

/** Sends with these headers (a cookie, a token) and the Origin a browser would add. `own` is made at the first request. */
export function client(app: () => FastifyInstance, own: () => Promise<Headers> | Headers = () => ({})): Client {
  async function send(request: InjectOptions): Promise<Answer> {
    const headers = { host: 'localhost', origin: ORIGIN, ...(await own()), ...request.headers }
    const response = await app().inject({ ...request, headers })
    return {
      status: response.statusCode,
      body: parsed(response.payload, String(response.headers['content-type'])),
      headers: response.headers,
    }
  }
  const withBody =
    (method: 'POST' | 'PATCH' | 'PUT'): WithBody =>
    (url, body, headers) =>
      send({ method, url, ...(body === undefined ? {} : { payload: body as object }), ...(headers && { headers }) })
  const withoutBody =
    (method: 'GET' | 'DELETE'): WithoutBody =>
    (url, headers) =>
      send({ method, url, ...(headers && { headers }) })
  return {
    send,
    get: withoutBody('GET'),
    delete: withoutBody('DELETE'),
    post: withBody('POST'),
    patch: withBody('PATCH'),
    put: withBody('PUT'),
  }
}
