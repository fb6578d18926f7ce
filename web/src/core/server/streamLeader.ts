import { openSource, type Source, type StreamMessage } from './streamSource'

type Said =
  | { readonly type: 'who' | 'here' | 'gone'; readonly from: number }
  | { readonly type: 'told'; readonly message: StreamMessage }

const CHANNEL = 'crm:stream'
/** A leader answers from its message handler, which browsers do not slow down in hidden tabs as they do timers. */
const ANSWER_MS = 700
const ASK_AGAIN_MS = 15_000

/** Where there is no SharedWorker: the tabs agree on one that holds the stream and tells the others. */
export function joinTabs(tell: (message: StreamMessage) => void): { start: () => void; close: () => void } {
  const channel = new BroadcastChannel(CHANNEL)
  const me = crypto.getRandomValues(new Uint32Array(1))[0]!
  let source: Source | null = null
  let waiting: ReturnType<typeof setTimeout> | undefined
  const say = (said: Said) => channel.postMessage(said)

  function lead(): void {
    source = openSource((message) => {
      tell(message)
      say({ type: 'told', message })
    })
    source.start()
    say({ type: 'here', from: me })
  }
  function stepDown(): void {
    source?.close()
    source = null
  }
  /** Whoever hears no answer leads; the spread keeps tabs that lost their leader together from all doing so. */
  function ask(): void {
    if (source || waiting) return
    say({ type: 'who', from: me })
    waiting = setTimeout(
      () => {
        waiting = undefined
        lead()
      },
      ANSWER_MS * (1 + Math.random()),
    )
  }

  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.type === 'told') {
      if (!source) tell(data.message)
    } else if (data.type === 'gone') ask()
    else if (data.type === 'who') {
      if (!source) return
      say({ type: 'here', from: me })
      source.repeat((message) => say({ type: 'told', message }))
    } else if (source && data.from > me) say({ type: 'here', from: me })
    else {
      clearTimeout(waiting)
      waiting = undefined
      // Two at once: the lower number stays.
      stepDown()
    }
  }
  const asking = setInterval(ask, ASK_AGAIN_MS)
  return {
    start: () => (source ? source.start() : ask()),
    close() {
      clearInterval(asking)
      clearTimeout(waiting)
      if (source) say({ type: 'gone', from: me })
      stepDown()
      channel.close()
    },
  }
}
