import { type ArrivedNotice, notifications } from '@crm/shared/contract/notifications'
import { onScopeDispose, readonly, ref } from 'vue'
import { call } from '../server/client'
import { connection } from '../server/connection'
import { openStream } from '../server/stream'
import type { StreamMessage } from '../server/streamSource'

/** Without a stream the server is asked, by tabs that somebody looks at. */
const POLL_MS = 60_000
/** A stream that is not there by now may never be. */
const FIRST_POLL_MS = 5_000

const unread = ref(0)
const isLive = ref(false)
const listeners = new Set<(notice: ArrivedNotice) => void>()
let lastId: number | null = null

export const unreadNotices = readonly(unread)
export const setUnread = (count: number): void => void (unread.value = count)
/** 99+ beyond what anybody counts. */
export const unreadText = (count: number): string => (count > 99 ? '99+' : String(count))

/** Runs for each notice as it arrives, once, as long as the calling component lives. */
export function onNotice(listener: (notice: ArrivedNotice) => void): void {
  listeners.add(listener)
  onScopeDispose(() => listeners.delete(listener))
}

function arrived(notice: ArrivedNotice): void {
  lastId = Math.max(lastId ?? 0, notice.id)
  for (const listener of listeners) listener(notice)
}
function hear(message: StreamMessage): void {
  if (message.type === 'notice') arrived(message.notice)
  else if (message.type === 'count') unread.value = message.unread
  else isLive.value = message.isLive
}

async function poll(): Promise<void> {
  if (isLive.value || document.hidden || connection.isOffline.value) return
  try {
    const { items, unread: count } = await call(notifications.list, { query: { unread: true } }, { quiet: true })
    unread.value = count
    const since = lastId
    lastId = Math.max(lastId ?? 0, ...items.map(({ id }) => id))
    if (since !== null) for (const item of [...items].reverse()) if (item.id > since) arrived(item)
  } catch {
    // Asked again in a minute; what really fails is said where somebody works.
  }
}

/** Called once by the shell of the signed-in pages. */
export function listenForNotices(userId: number): { start: () => void } {
  let stream = openStream(userId, hear)
  stream.start()
  const polling = setInterval(() => void poll(), POLL_MS)
  const first = setTimeout(() => void poll(), FIRST_POLL_MS)
  const onVisible = () => void poll()
  const onHide = () => stream.close()
  const onShow = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return
    stream = openStream(userId, hear)
    stream.start()
  }
  document.addEventListener('visibilitychange', onVisible)
  window.addEventListener('pagehide', onHide)
  window.addEventListener('pageshow', onShow)
  onScopeDispose(() => {
    clearInterval(polling)
    clearTimeout(first)
    document.removeEventListener('visibilitychange', onVisible)
    window.removeEventListener('pagehide', onHide)
    window.removeEventListener('pageshow', onShow)
    stream.close()
  })
  return { start: () => stream.start() }
}
