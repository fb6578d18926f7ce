import type { TabMessage } from './stream.worker'
import { joinTabs } from './streamLeader'
import type { StreamMessage } from './streamSource'

export interface Stream {
  /** This tab is signed in; harmless to repeat. */
  readonly start: () => void
  readonly close: () => void
}

function byWorker(userId: number, tell: (message: StreamMessage) => void, onFailure: () => void): Stream {
  const worker = new SharedWorker(new URL('./stream.worker.ts', import.meta.url), {
    type: 'module',
    name: 'crm-stream',
  })
  const say = (message: TabMessage) => worker.port.postMessage(message)
  worker.onerror = onFailure
  worker.port.onmessage = ({ data }: MessageEvent<StreamMessage>) => tell(data)
  return {
    start: () => say({ type: 'start', userId }),
    close() {
      say({ type: 'bye' })
      worker.port.close()
    },
  }
}
const none: Stream = { start: () => {}, close: () => {} }

/**
 * Notices of this person, by one EventSource for all tabs of the browser: in a SharedWorker (plain HTTP has it), else in one tab that
 * the others choose, else not at all. Six tabs with a stream each would leave HTTP/1.1 no connection for anything else.
 */
export function openStream(userId: number, tell: (message: StreamMessage) => void): Stream {
  let isClosed = false
  const withoutWorker = () => ('BroadcastChannel' in window && 'EventSource' in window ? joinTabs(tell) : none)
  const inWorker = () =>
    byWorker(userId, tell, () => {
      if (isClosed) return
      // The browser knows workers but not this kind of script.
      used = withoutWorker()
      used.start()
    })
  let used: Stream
  try {
    used = 'SharedWorker' in window ? inWorker() : withoutWorker()
  } catch {
    used = withoutWorker()
  }
  return {
    start: () => used.start(),
    close() {
      isClosed = true
      used.close()
    },
  }
}
