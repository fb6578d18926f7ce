import { createHash } from 'node:crypto'
import { closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '../../../core/problem.ts'
import { Refusal, type RefusalKind } from '../../../core/refusal.ts'

/** Lines of JSON on the socket of the running server: what is said, then the result or the refusal. */
export type Line =
  | { readonly say: string }
  | { readonly result: unknown }
  | {
      readonly refused: { readonly kind: RefusalKind; readonly message: string; readonly problems: Refusal['problems'] }
    }

const SOCKET = 'crm.sock'

/**
 * Where to listen or connect, while `use` runs. A socket address holds 107 bytes only, so a deep data folder is reached
 * through an open descriptor of it.
 */
export async function atSocket<T>(dataDir: string, use: (address: string) => Promise<T>): Promise<T> {
  if (process.platform === 'win32')
    return use(`\\\\.\\pipe\\crm-${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`)
  if (process.platform !== 'linux') return use(socketFile(dataDir))
  const folder = openSync(dataDir, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    return await use(`/proc/self/fd/${folder}/${SOCKET}`)
  } finally {
    closeSync(folder)
  }
}
export const socketFile = (dataDir: string): string => join(dataDir, SOCKET)

/** Any failure as the operator is told it, with the kind that decides the exit code. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof ProblemError) {
    const kind =
      error.status === 400
        ? 'usage'
        : error.status === 404 || error.status === 409 || error.status === 422
          ? 'precondition'
          : 'failure'
    return new Refusal(
      kind,
      error.message,
      (error.extra.errors ?? []).map(({ field, message }) => ({ code: field, detail: message })),
    )
  }
  return new Refusal('failure', error instanceof Error ? error.message : String(error))
}
