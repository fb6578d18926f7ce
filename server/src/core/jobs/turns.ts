/** Half of the pause of which a typing user feels nothing. */
const LONGEST_TURN_MS = 15

/**
 * Lets requests take turns. Reads run without ever waiting for anything but microtasks, so ten that arrive together would be answered in
 * one turn of the event loop, and everybody else (timers, other sockets, commits) waits for all ten.
 */
export function takingTurns(): () => Promise<void> | undefined {
  let begunAt: number | undefined
  const waiting: (() => void)[] = []

  function nextTurn() {
    begunAt = undefined
    const first = waiting.shift()
    if (!first) return
    begin()
    first()
  }
  function begin() {
    begunAt = performance.now()
    setImmediate(nextTurn)
  }

  return () => {
    if (begunAt === undefined) begin()
    else if (waiting.length > 0 || performance.now() - begunAt > LONGEST_TURN_MS)
      return new Promise((resolve) => waiting.push(resolve))
    return undefined
  }
}

const breathless: (() => void)[] = []
/** One a round of the loop: ten that went on together would be as long as if nobody had paused. */
function goOn() {
  breathless.shift()!()
  if (breathless.length > 0) setImmediate(goOn)
}

/** For an answer put together from many queries: asked between them, it lets everybody else have a turn once this one has been long. */
export function breathing(): () => Promise<void> | undefined {
  let begunAt = performance.now()
  return () => {
    if (performance.now() - begunAt < LONGEST_TURN_MS) return undefined
    return new Promise((resolve) => {
      breathless.push(() => {
        begunAt = performance.now()
        resolve()
      })
      if (breathless.length === 1) setImmediate(goOn)
    })
  }
}
