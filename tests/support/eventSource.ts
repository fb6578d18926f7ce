import { type ClientRequest, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { vi } from 'vitest'

export interface Told {
  readonly event: string
  readonly id: number | null
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any
}
export interface EventSource {
  readonly status: number
  readonly told: Told[]
  /** Everything of this kind so far. */
  readonly all: (event: string) => Told[]
  /** Waits until there are this many of the kind; at most 2 s, the promise of the product. */
  readonly some: (event: string, count?: number) => Promise<Told[]>
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>
  readonly close: () => void
}
const PATIENCE_MS = 2_000

function parsed(block: string): Told | null {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  if (fields['event'] === undefined) return null
  return {
    event: fields['event'],
    id: fields['id'] === undefined ? null : Number(fields['id']),
    data: JSON.parse(fields['data'] ?? 'null'),
  }
}

/** A stream as a browser opens it, over a real connection. The app must be listening. */
export function openEventSource(
  app: FastifyInstance,
  headers: Readonly<Record<string, string>>,
  path = '/api/notifications/stream',
): Promise<EventSource> {
  const { port } = app.server.address() as AddressInfo
  const told: Told[] = []
  const all = (event: string) => told.filter((one) => one.event === event)
  return new Promise((resolve, reject) => {
    const asking: ClientRequest = get(
      { port, path, agent: false, headers: { accept: 'text/event-stream', ...headers } },
      (answer) => {
        let rest = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          const blocks = (rest + chunk).split('\n\n')
          rest = blocks.pop()!
          for (const block of blocks) {
            const one = parsed(block)
            if (one) told.push(one)
          }
        })
        const ended = new Promise<void>((over) => answer.on('close', over))
        answer.on('error', () => {})
        resolve({
          status: answer.statusCode ?? 0,
          told,
          all,
          async some(event, count = 1) {
            await vi.waitFor(
              () => {
                if (all(event).length < count)
                  throw new Error(`${all(event).length} × ${event}: ${JSON.stringify(told)}`)
              },
              { timeout: PATIENCE_MS, interval: 10 },
            )
            return all(event)
          },
          ended,
          close: () => void asking.destroy(),
        })
      },
    ).on('error', reject)
  })
}
