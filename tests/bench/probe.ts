import { monitorEventLoopDelay } from 'node:perf_hooks'

// Preloaded into the measured server (`--import`): answers what only the process itself knows. The product holds no trace of it.
const RESOLUTION_MS = 1
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
let cpu = process.cpuUsage()

export interface Reading {
  /** Longest pause of the event loop since the last reading. */
  readonly stallMs: number
  readonly cpuMs: number
  readonly rssMb: number
}

process.on('message', (message) => {
  if (message !== 'read') return
  const used = process.cpuUsage(cpu)
  const reading: Reading = {
    // The histogram counts the timer's own period as part of the delay.
    stallMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
    cpuMs: (used.user + used.system) / 1000,
    rssMb: process.memoryUsage().rss / 2 ** 20,
  }
  cpu = process.cpuUsage()
  delay.reset()
  process.send?.(reading)
})
// The bench died: nobody is left to stop this server.
process.on('disconnect', () => process.exit(1))
