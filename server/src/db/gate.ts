import { BusyError } from './store.ts'

export interface Gate {
  /** Waits for a place, first come first served; resolves to the function that gives it back. BusyError when it takes too long. */
  enter(): Promise<() => void>
}

/** At most `places` at a time; whoever waits longer than `waitMs` is turned away instead of piling up. */
export function gate(places: number, waitMs: number): Gate {
  let free = places
  const queue = new Set<() => void>()

  function leave() {
    const [next] = queue
    if (!next) return void free++
    queue.delete(next)
    next()
  }
  const once = () => {
    let left = false
    return () => {
      if (!left) leave()
      left = true
    }
  }
  return {
    async enter() {
      if (free > 0) {
        free--
        return once()
      }
      await new Promise<void>((resolve, reject) => {
        const admit = () => {
          clearTimeout(timer)
          resolve()
        }
        const timer = setTimeout(() => {
          queue.delete(admit)
          reject(new BusyError())
        }, waitMs)
        queue.add(admit)
      })
      return once()
    },
  }
}
