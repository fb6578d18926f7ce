import { get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Store } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { type Look, openStreams } from './streams.ts'

const MEGABYTE = 1 << 20
const actor = { id: 7 } as Actor
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** A server with one stream, which sends what `look` sends, and a client that reads nothing of it. */
async function held(look: Look) {
  const app = Fastify()
  const unlistened = vi.fn()
  const store = { listen: () => unlistened } as unknown as Store
  const streams = openStreams(app, { store, identify: async () => actor })
  let answer: ServerResponse | undefined
  app.get('/', async (request, reply) => {
    answer = reply.raw
    return streams.open({ request, reply }, actor, look)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  ends.push(() => app.close())
  const { port } = app.server.address() as AddressInfo
  const client = await new Promise<IncomingMessage>((resolve, reject) => {
    const asking = get({ port, agent: false, headers: { accept: 'text/event-stream' } }, resolve).on('error', reject)
    ends.push(() => asking.destroy())
  })
  client.on('error', () => {})
  return { answer: answer!, client, unlistened }
}

describe('不断开的回答', () => {
  it('对方不读又欠得太多时断开,不在内存里堆积,也不再监听', async () => {
    let sent = 0
    const { answer, unlistened } = await held(async (send) => {
      for (; sent < 20; sent++) send({ event: 'notice', data: 'x'.repeat(MEGABYTE) })
    })
    await vi.waitFor(() => expect(answer.destroyed).toBe(true))
    expect(answer.writableLength).toBeLessThan(12 * MEGABYTE)
    // The person's channel and that of everybody.
    await vi.waitFor(() => expect(unlistened).toHaveBeenCalledTimes(2))
  })

  it('在读的不受影响', async () => {
    const { answer, client } = await held(async (send) => send({ event: 'count', data: { unread: 3 } }))
    const text = await new Promise<string>((resolve) => client.once('data', (chunk: Buffer) => resolve(String(chunk))))
    expect(text).toMatch(/^retry: 5000\n\n/)
    expect(answer.destroyed).toBe(false)
  })

  it('客户端走了就不再监听', async () => {
    const { client, unlistened } = await held(async () => {})
    client.destroy()
    await vi.waitFor(() => expect(unlistened).toHaveBeenCalledTimes(2))
  })
})
