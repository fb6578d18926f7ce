import { readonly, ref } from 'vue'

/** Waits between attempts to reach the server again; the last repeats. */
const RETRY_S = [2, 3, 5, 8, 15] as const
const TICK_MS = 1000

const isOffline = ref(false)
const secondsLeft = ref(0)
const listeners = new Set<() => void>()
let attempt = 0
let timer: ReturnType<typeof setInterval> | undefined

export const connection = { isOffline: readonly(isOffline), secondsLeft: readonly(secondsLeft) }
/** Runs when the server answers again: pages fetch anew. */
export function onReconnected(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const wait = () => {
  secondsLeft.value = RETRY_S[Math.min(attempt, RETRY_S.length - 1)]!
  attempt += 1
}

export function markOffline(): void {
  if (isOffline.value) return
  isOffline.value = true
  attempt = 0
  wait()
  timer = setInterval(() => {
    secondsLeft.value -= 1
    if (secondsLeft.value <= 0) void tryNow()
  }, TICK_MS)
  // The cable is back: why wait.
  addEventListener('online', () => isOffline.value && void tryNow(), { once: true })
}

export async function tryNow(): Promise<void> {
  wait()
  try {
    const response = await fetch('/healthz', { cache: 'no-store' })
    if (!response.ok) return
  } catch {
    return
  }
  clearInterval(timer)
  isOffline.value = false
  for (const listener of listeners) listener()
}
