import type { ArrivedNotice } from '@crm/shared/contract/notifications'

/** What the stream tells the tabs. `live` false: there is no stream for now, whoever wants to know must ask. */
export type StreamMessage =
  | { readonly type: 'notice'; readonly notice: ArrivedNotice }
  | { readonly type: 'count'; readonly unread: number }
  | { readonly type: 'live'; readonly isLive: boolean }

export interface Source {
  /** Opens it, unless it is open: also after a sign-in has ended and another has begun. */
  readonly start: () => void
  readonly close: () => void
  /** What a tab that joins later has missed. */
  readonly repeat: (tell: (message: StreamMessage) => void) => void
}

const PATH = '/api/notifications/stream'
/** The server gives a sign of life every 25 s; a connection this silent is dead (a laptop slept, a proxy gave up). */
const SILENT_MS = 70_000
const WATCH_MS = 20_000
/** The server refused, or somebody with many browsers took our place. */
const AGAIN_MS = 60_000
const MOST_REMEMBERED = 200

/** The one EventSource of this browser, kept alive: reopened when silent, after the last notice it has seen. */
export function openSource(tell: (message: StreamMessage) => void): Source {
  let events: EventSource | null = null
  let lastId = 0
  let heardAtMs = 0
  let watching: ReturnType<typeof setInterval> | undefined
  let retrying: ReturnType<typeof setTimeout> | undefined
  let isLive: boolean | null = null
  let unread: number | null = null
  const seen = new Set<number>()

  function setLive(next: boolean): void {
    isLive = next
    tell({ type: 'live', isLive })
  }
  function drop(): void {
    events?.close()
    events = null
    clearInterval(watching)
    clearTimeout(retrying)
  }
  function refused(againMs: number | null): void {
    drop()
    setLive(false)
    if (againMs !== null) retrying = setTimeout(start, againMs)
  }
  function arrived(notice: ArrivedNotice): void {
    lastId = Math.max(lastId, notice.id)
    if (seen.has(notice.id)) return
    seen.add(notice.id)
    if (seen.size > MOST_REMEMBERED) seen.delete(seen.values().next().value!)
    tell({ type: 'notice', notice })
  }

  function start(): void {
    if (events) return
    drop()
    const opened = (events = new EventSource(lastId > 0 ? `${PATH}?after=${lastId}` : PATH))
    const on = (name: string, hear: (data: never) => void) =>
      opened.addEventListener(name, (event) => {
        heardAtMs = Date.now()
        hear(JSON.parse((event as MessageEvent<string>).data) as never)
      })
    heardAtMs = Date.now()
    opened.onopen = () => setLive(true)
    opened.onerror = () => {
      if (opened.readyState === EventSource.CLOSED) refused(AGAIN_MS)
      // Otherwise it connects again by itself.
      else if (isLive) setLive(false)
    }
    on('notice', arrived)
    on('count', (data: { unread: number }) => {
      unread = data.unread
      tell({ type: 'count', unread })
    })
    on('beat', () => {})
    // Signed out: whoever signs in starts it again.
    on('end', ({ reason }: { reason: string }) => refused(reason === 'signedOut' ? null : AGAIN_MS))
    watching = setInterval(() => {
      if (Date.now() - heardAtMs < SILENT_MS) return
      drop()
      start()
    }, WATCH_MS)
  }

  return {
    start,
    close: drop,
    repeat(to) {
      if (isLive !== null) to({ type: 'live', isLive })
      if (unread !== null) to({ type: 'count', unread })
    },
  }
}
