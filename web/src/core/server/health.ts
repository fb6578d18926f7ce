import { markOffline } from './connection'
import { OfflineError } from './problem'

/** How the installation is: `GET /readyz`, which answers 503 with the same facts when the disk is nearly full. */
export interface Health {
  readonly ok: boolean
  readonly version?: string
  readonly database: {
    readonly engine: string
    readonly version: string
    readonly journalMode?: string
    readonly synchronous?: number
    readonly foreignKeys?: boolean
  }
  readonly disk: { readonly freeBytes: number }
}
const isHealth = (body: unknown): body is Health => typeof body === 'object' && body !== null && 'disk' in body

/** Rejects when the server cannot be reached or does not know. */
export async function readHealth(signal: AbortSignal): Promise<Health> {
  const response = await fetch('/readyz', { cache: 'no-store', signal }).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error
    markOffline()
    throw new OfflineError()
  })
  const body: unknown = await response.json()
  if (!isHealth(body)) throw new Error(`/readyz ${response.status}`)
  return body
}
