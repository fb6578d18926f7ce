import { openSource, type Source, type StreamMessage } from './streamSource'

/** What a tab says: it is there and signed in, or it is going. */
export type TabMessage = { readonly type: 'start'; readonly userId: number } | { readonly type: 'bye' }

// One for all tabs of the browser: HTTP/1.1 gives them six connections together.
const tabs = new Set<MessagePort>()
const tellAll = (message: StreamMessage) => tabs.forEach((tab) => tab.postMessage(message))
let source: Source | null = null
let ownerId: number | null = null

function hear(tab: MessagePort, message: TabMessage): void {
  if (message.type === 'bye') {
    tabs.delete(tab)
    if (tabs.size === 0) source?.close()
    return
  }
  tabs.add(tab)
  if (message.userId !== ownerId) {
    source?.close()
    source = openSource(tellAll)
    ownerId = message.userId
  }
  source!.start()
  source!.repeat((known) => tab.postMessage(known))
}

const scope = globalThis as unknown as { onconnect: (event: MessageEvent) => void }
scope.onconnect = ({ ports: [tab] }) => {
  tab!.onmessage = ({ data }: MessageEvent<TabMessage>) => hear(tab!, data)
}
