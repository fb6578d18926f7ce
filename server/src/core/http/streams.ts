import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BusyError, type Store } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import type { Raw } from './bind.ts'
import { EVERYBODY, personChannel } from '../jobs/channels.ts'

/** Below the patience of proxies, and of a client that wonders whether anybody is still there. */
const BEAT_MS = 25_000
/** How long a browser waits before it connects again. */
const RETRY_MS = 5_000
/** A browser holds one; more than this is somebody's forgotten program. */
const MOST_PER_PERSON = 8
/** Unread by the client: it is cut off and catches up when it comes back. */
const MOST_WAITING_BYTES = 256 * 1024

export interface StreamEvent {
  readonly event: string
  readonly data: unknown
  /** What the client gives back as Last-Event-ID. */
  readonly id?: number
}
export type Send = (event: StreamEvent) => void
/** Sends what its person has not been sent yet; called at the start, after each wake and at each beat. */
export type Look = (send: Send) => Promise<void>

export interface Streams {
  /** Keeps the answer open for a client that accepts `text/event-stream`; any other gets what there is and the end. */
  open(raw: Pick<Raw, 'request' | 'reply'>, actor: Actor, look: Look): Promise<FastifyReply>
}
interface Deps {
  readonly store: Store
  readonly identify: (request: FastifyRequest) => Promise<Actor | null>
}
interface Stream {
  /** Looks again, unless its sign-in has ended: then the stream ends too. */
  wake(): void
  /** A sign of life; looks too, for a wake may have been lost with a connection to the database. */
  beat(): void
  /** Tells the client why, so that it does not come back at once; without a reason it does. */
  end(reason?: 'signedOut' | 'crowded'): void
}

const written = ({ data, event, id }: StreamEvent) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Answers that stay open, one for each browser: looked after by one timer for all, and by none while there are none. */
export function openStreams(app: FastifyInstance, { store, identify }: Deps): Streams {
  const people = new Map<number, { readonly streams: Set<Stream>; readonly unlisten: () => void }>()
  let beating: NodeJS.Timeout | undefined
  let unlistenAll = () => {}

  const all = () => [...people.values()].flatMap(({ streams }) => [...streams])
  // A restart waits for no stream: the clients come back to the next server.
  app.addHook('preClose', async () => all().forEach((stream) => stream.end()))

  function add(userId: number, stream: Stream) {
    if (people.size === 0) {
      beating = setInterval(() => all().forEach((one) => one.beat()), BEAT_MS).unref()
      unlistenAll = store.listen(EVERYBODY, () => all().forEach((one) => one.wake()))
    }
    const streams = people.get(userId)?.streams ?? new Set()
    if (!people.has(userId)) {
      const unlisten = store.listen(personChannel(userId), () => streams.forEach((one) => one.wake()))
      people.set(userId, { streams, unlisten })
    }
    const [oldest] = streams
    if (oldest && streams.size >= MOST_PER_PERSON) oldest.end('crowded')
    streams.add(stream)
  }
  function remove(userId: number, stream: Stream) {
    const place = people.get(userId)
    place?.streams.delete(stream)
    if (!place || place.streams.size > 0) return
    place.unlisten()
    people.delete(userId)
    if (people.size > 0) return
    clearInterval(beating)
    unlistenAll()
  }

  async function isSignedOut(request: FastifyRequest, { id }: Actor): Promise<boolean> {
    try {
      return (await identify(request))?.id !== id
    } catch (error) {
      return !(error instanceof BusyError)
    }
  }

  function hold(request: FastifyRequest, raw: ServerResponse, actor: Actor, look: Look): void {
    let isOpen = true
    let working: Promise<void> | undefined
    let again = false
    const write = (text: string) => {
      if (!isOpen) return
      raw.write(text)
      if (raw.writableLength > MOST_WAITING_BYTES) raw.destroy()
    }
    async function work() {
      while (again && isOpen) {
        again = false
        if (await isSignedOut(request, actor)) return stream.end('signedOut')
        await look((event) => write(written(event)))
      }
    }
    const stream: Stream = {
      wake() {
        again = true
        working ??= work()
          .catch((error: unknown) => request.log.warn({ err: error }, 'stream'))
          .finally(() => (working = undefined))
      },
      beat() {
        write(written({ event: 'beat', data: 1 }))
        stream.wake()
      },
      end(reason) {
        if (!isOpen) return
        if (reason) write(written({ event: 'end', data: { reason } }))
        isOpen = false
        remove(actor.id, stream)
        raw.end()
      },
    }
    raw.on('close', () => {
      isOpen = false
      remove(actor.id, stream)
    })
    raw.on('error', () => {})
    add(actor.id, stream)
    write(`retry: ${RETRY_MS}\n\n`)
    stream.wake()
  }

  return {
    async open({ reply, request }, actor, look) {
      if (request.method !== 'GET' || !request.headers.accept?.includes('text/event-stream')) {
        const lines: string[] = []
        await look((event) => void lines.push(written(event)))
        return reply.type('text/event-stream; charset=utf-8').send(lines.join(''))
      }
      reply.hijack()
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        // A proxy that collects would deliver in bulk.
        'x-accel-buffering': 'no',
        connection: 'close',
      })
      hold(request, reply.raw, actor, look)
      return reply
    },
  }
}
