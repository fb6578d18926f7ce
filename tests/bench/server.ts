import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createServer } from 'node:net'
import { PROGRAM_ENV, SERVER_FLAGS } from '../../scripts/launcher/program.mjs'
import type { Reading } from './probe.ts'

export interface Measured {
  readonly port: number
  /** From spawn to the first 200 of /readyz. */
  readonly startMs: number
  /** Pauses and processor time since the last reading. */
  read(): Promise<Reading>
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

async function ready(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server exited with ${child.exitCode}`)
    const ok = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The real server as a process of its own, with the probe loaded before it. */
export async function startServer(dataDir: string): Promise<Measured> {
  const port = await freePort()
  const root = join(import.meta.dirname, '../..')
  const begun = performance.now()
  const flags = [...SERVER_FLAGS, '--import', join(import.meta.dirname, 'probe.ts')]
  const child = spawn(process.execPath, [...flags, 'server/src/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      ...PROGRAM_ENV,
      CRM_DATA_DIR: dataDir,
      CRM_PORT: String(port),
      CRM_HOST: '127.0.0.1',
      CRM_LOG_LEVEL: 'error',
      CRM_DB: '',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await ready(port, child)
  const startMs = performance.now() - begun
  return {
    port,
    startMs: Math.round(startMs),
    async read() {
      child.send('read')
      const [reading] = (await once(child, 'message')) as [Reading]
      return reading
    },
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
