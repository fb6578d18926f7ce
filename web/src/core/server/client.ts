import type { Endpoint } from '@crm/shared/kernel/endpoint'
import type { Problem } from '@crm/shared/problems'
import { problems } from '@crm/shared/problems'
import { markOffline } from './connection'
import { OfflineError, ProblemError } from './problem'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Makes repeating a POST harmless; from `newKey()`, one per intended action. */
  readonly idempotencyKey?: string
  /** Do not ask to sign in when the session is over: reject with the 401. */
  readonly quiet?: boolean
}
interface Parts {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** `ids` and `words` are joined by commas; empty values are left out. */
export function queryString(query: Readonly<Record<string, unknown>> = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(',') : value === undefined || value === null ? '' : String(value)
    if (text !== '') search.set(key, text)
  }
  const text = search.toString()
  return text && `?${text}`
}

export function urlOf(endpoint: { readonly path: string }, { params = {}, query = {} }: Parts): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => {
    if (params[name] === undefined) throw new Error(`${endpoint.path} needs ${name}`)
    return encodeURIComponent(String(params[name]))
  })
  return path + queryString(query)
}

/** 128 random bits; `crypto.randomUUID` does not exist on plain HTTP. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

type SignInAgain = () => Promise<boolean>
let signInAgain: SignInAgain | null = null
let asking: Promise<boolean> | null = null
/** Called once however many requests meet a session that is over; true = signed in again, repeat them. */
export const onSignedOut = (ask: SignInAgain): void => void (signInAgain = ask)
const askOnce = (): Promise<boolean> => (asking ??= signInAgain!().finally(() => (asking = null)))

function problemOf(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'detail' in body) return body as Problem
  const code =
    status === 413
      ? 'too_large'
      : status === 403
        ? 'forbidden'
        : status === 404
          ? 'not_found'
          : status === 401
            ? 'signed_out'
            : 'internal'
  return { type: 'about:blank', title: problems[code].title, status, detail: problems[code].title, instance: '', code }
}

export function refusal(status: number, body: unknown, header: (name: string) => string | null): ProblemError {
  const retryS = Number(header('retry-after') ?? Number.NaN)
  return new ProblemError(
    problemOf(status, body),
    header('x-request-id'),
    Number.isFinite(retryS) ? retryS * 1000 : null,
  )
}

async function read(response: Response): Promise<unknown> {
  if (response.status === 204) return null
  const type = response.headers.get('content-type') ?? ''
  if (response.ok && type.includes('spreadsheetml')) return response.blob()
  const body: unknown = /\bjson\b/.test(type) ? await response.json() : await response.text()
  if (response.ok) return body
  throw refusal(response.status, body, (name) => response.headers.get(name))
}

async function send(endpoint: Endpoint, parts: Parts, { signal, idempotencyKey }: CallOptions): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (parts.body !== undefined) headers['content-type'] = 'application/json'
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey
  try {
    const response = await fetch(urlOf(endpoint, parts), {
      method: endpoint.method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
      ...(signal ? { signal } : {}),
    })
    return await read(response)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    markOffline()
    throw new OfflineError()
  }
}

const isOver = (error: unknown) => error instanceof ProblemError && error.code === 'signed_out'

/**
 * Calls an endpoint of the contract. Rejects with ProblemError, OfflineError or an abort.
 * A session that is over asks to sign in above the page, then the call goes on as if nothing had happened.
 */
export async function call<In, Out>(
  endpoint: Endpoint<In, Out>,
  input: NoInfer<In>,
  options: CallOptions = {},
): Promise<Out> {
  const once = () => send(endpoint, input as Parts, options) as Promise<Out>
  try {
    return await once()
  } catch (error) {
    if (!isOver(error) || options.quiet || !signInAgain || !(await askOnce())) throw error
    return once()
  }
}

export interface UploadOptions {
  readonly signal?: AbortSignal
  /** 0 to 1. */
  readonly onProgress?: (share: number) => void
}
/** Sends a multipart form; XMLHttpRequest, because fetch tells nothing about progress. */
export async function upload<In, Out>(
  endpoint: Endpoint<In, Out>,
  form: FormData,
  { signal, onProgress }: UploadOptions = {},
): Promise<Out> {
  const once = () =>
    new Promise<Out>((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open(endpoint.method, endpoint.path)
      request.responseType = 'text'
      request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total)
      request.onload = () => {
        let body: unknown = null
        try {
          body = JSON.parse(request.responseText || 'null')
        } catch {
          // A proxy's page instead of our answer: the status says enough.
        }
        if (request.status >= 200 && request.status < 300) resolve(body as Out)
        else reject(refusal(request.status, body, (name) => request.getResponseHeader(name)))
      }
      request.onerror = () => {
        markOffline()
        reject(new OfflineError())
      }
      request.onabort = () => reject(new DOMException('上传已取消', 'AbortError'))
      signal?.addEventListener('abort', () => request.abort(), { once: true })
      request.send(form)
    })
  try {
    return await once()
  } catch (error) {
    if (!isOver(error) || !signInAgain || !(await askOnce())) throw error
    return once()
  }
}

/** Starts the browser's own download of a GET endpoint. */
export function download(endpoint: { readonly path: string }, parts: Parts): void {
  const link = document.createElement('a')
  link.href = urlOf(endpoint, parts)
  link.download = ''
  link.click()
}
