import pg from 'pg'

const RETRY_MS = 2_000

export interface Notices {
  listen(channel: string, wake: () => void): () => void
  close(): Promise<void>
}

/**
 * One connection of its own that waits for NOTIFY, opened at the first listener and again after every loss.
 * A notice sent while it was lost is gone, therefore everybody is woken once it is back.
 */
export function openNotices(url: string): Notices {
  const wakes = new Map<string, Set<() => void>>()
  let client: pg.Client | undefined
  let closed = false
  let retry: NodeJS.Timeout | undefined
  let started = false

  const wakeAll = (channels: Iterable<string>) => {
    for (const channel of channels) for (const wake of wakes.get(channel) ?? []) setImmediate(wake)
  }

  async function connect() {
    const fresh = new pg.Client({ connectionString: url, keepAlive: true })
    let lost = false
    const lose = () => {
      if (lost) return
      lost = true
      if (client === fresh) client = undefined
      fresh.end().catch(() => {})
      if (!closed) retry = setTimeout(() => void connect(), RETRY_MS).unref()
    }
    fresh.on('error', lose).on('end', lose)
    fresh.on('notification', ({ channel }) => wakeAll([channel]))
    try {
      await fresh.connect()
      for (const channel of wakes.keys()) await fresh.query(`listen ${fresh.escapeIdentifier(channel)}`)
      if (closed) return await fresh.end()
      client = fresh
      wakeAll(wakes.keys())
    } catch {
      lose()
    }
  }

  return {
    listen(channel, wake) {
      const known = wakes.get(channel) ?? new Set()
      known.add(wake)
      if (!wakes.has(channel)) {
        wakes.set(channel, known)
        client?.query(`listen ${client.escapeIdentifier(channel)}`).catch(() => {})
      }
      if (!started) {
        started = true
        void connect()
      }
      return () => void known.delete(wake)
    },
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end()
    },
  }
}
