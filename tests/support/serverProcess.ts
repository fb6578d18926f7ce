import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROGRAM_ENV, SERVER_FLAGS } from '../../scripts/launcher/program.mjs'

export const repository = join(import.meta.dirname, '../..')
export const PASSWORD = 'Sehr-geheim-2026'
const MAIN = 'server/src/main.ts'
const START_MS = 20_000

/** Environment of a child: as the launcher gives it, and nothing of ours that begins with CRM_. */
const envOf = (extra: Record<string, string>) => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('CRM_') && !name.startsWith('VITEST') && name !== 'NODE_OPTIONS',
    ),
  ),
  ...PROGRAM_ENV,
  ...extra,
})

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return port
}

export interface Ended {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
  seconds: number
}

/** Runs a program of ours to its end. `wrap` comes before it: strace, prlimit. */
export async function runNode(
  args: readonly string[],
  { env = {}, stdin = '', wrap = [] as readonly string[] } = {},
): Promise<Ended> {
  const startedAt = performance.now()
  const [command, ...rest] = [...wrap, process.execPath, ...args] as [string, ...string[]]
  const child = spawn(command, rest, { cwd: repository, env: envOf(env) })
  const read = gather(child)
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, ...read(), seconds: (performance.now() - startedAt) / 1000 }
}

function gather(child: ChildProcess) {
  const out: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => void out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => void errors.push(chunk))
  return () => ({ stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(errors).toString() })
}

/** `npm run crm -- …` without npm. */
export const crm = (
  dataDir: string,
  args: readonly string[],
  options: { stdin?: string; env?: Record<string, string>; wrap?: readonly string[] } = {},
) => runNode(['scripts/crm.ts', ...args], { ...options, env: { CRM_DATA_DIR: dataDir, ...options.env } })

/** The object of `--json`, and the exit code. */
export async function crmJson<T = Record<string, unknown>>(
  dataDir: string,
  args: readonly string[],
  options: { stdin?: string; env?: Record<string, string> } = {},
): Promise<{ code: number | null; json: T; stderr: string }> {
  const { code, stderr, stdout } = await crm(dataDir, [...args, '--json'], options)
  return { code, stderr, json: JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null') as T }
}

/** A data folder with an administrator; returns a token that may do everything. */
export async function foundOffice(dataDir: string): Promise<string> {
  const { code, stderr } = await crm(
    dataDir,
    ['init', '--admin', 'admin', '--password-stdin', '--company', '测试公司'],
    { stdin: PASSWORD },
  )
  if (code !== 0) throw new Error(stderr)
  return (await crmJson<{ token: string }>(dataDir, ['token', 'create', '--user', 'admin'])).json.token
}

let founded: Promise<{ database: Buffer; token: string }> | undefined
async function foundOnce(): Promise<{ database: Buffer; token: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'crm-founded-'))
  try {
    return { token: await foundOffice(dir), database: readFileSync(join(dir, 'crm.db')) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
/** As `foundOffice`, but a copy of one per test file: saves two programs where founding is not what is tested. */
export async function copyOffice(dataDir: string): Promise<string> {
  const { database, token } = await (founded ??= foundOnce())
  writeFileSync(join(dataDir, 'crm.db'), database, { mode: 0o600 })
  return token
}

export const serverEnv = (dataDir: string, port: number, extra: Record<string, string> = {}) => ({
  CRM_DATA_DIR: dataDir,
  CRM_PORT: String(port),
  CRM_LOG_LEVEL: 'error',
  ...extra,
})
/** The server to its end: for starts that are meant to fail. */
export const runServer = (
  dataDir: string,
  port: number,
  options: { env?: Record<string, string>; wrap?: readonly string[] } = {},
) => runNode([MAIN], { ...(options.wrap && { wrap: options.wrap }), env: serverEnv(dataDir, port, options.env) })

export interface ServerProcess {
  readonly url: string
  readonly port: number
  /** Of the server itself, whatever wraps it. */
  readonly pid: number
  output(): string
  /** Seconds from start to ready. */
  readonly seconds: number
  kill(signal: NodeJS.Signals): void
  /** Exit code, or null after a signal. */
  ended(): Promise<number | null>
  stop(): Promise<number | null>
}

/** Starts the real server and waits until it is ready, or only up (`until: '/healthz'`) where the disk is too small to be ready. */
export async function startServer(
  dataDir: string,
  {
    port = 0,
    env = {} as Record<string, string>,
    wrap = [] as readonly string[],
    program = [MAIN] as readonly string[],
    until = '/readyz',
  } = {},
): Promise<ServerProcess> {
  const startedAt = performance.now()
  const chosen = port || (await freePort())
  const [command, ...wrapping] = [...wrap, process.execPath]
  const child = spawn(command as string, [...wrapping, ...SERVER_FLAGS, ...program], {
    cwd: repository,
    env: envOf(serverEnv(dataDir, chosen, env)),
  })
  const read = gather(child)
  const over = once(child, 'close').then(([code]) => code as number | null)
  const output = () => Object.values(read()).join('\n')
  const url = `http://127.0.0.1:${chosen}`
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended: ${output()}`)
    if (performance.now() - startedAt > START_MS) {
      child.kill('SIGKILL')
      throw new Error(`the server does not get ready: ${output()}`)
    }
    const ready = await fetch(url + until).catch(() => undefined)
    if (ready?.ok) break
    await sleep(30)
  }
  return {
    url,
    port: chosen,
    pid: child.pid as number,
    output,
    seconds: (performance.now() - startedAt) / 1000,
    kill: (signal) => void child.kill(signal),
    ended: () => over,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      return over
    },
  }
}

/** One call of the API as JSON. Throws when the connection breaks. */
export async function callApi(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} }
}

export interface Writers {
  /** Names whose creation the server has acknowledged, in order. */
  readonly acknowledged: string[]
  /** Milliseconds of each acknowledged write. */
  readonly tookMs: number[]
  /** Status of what was refused. */
  readonly refused: number[]
  stop(): Promise<void>
}

/** People who create customers one after the other until stopped or cut off. */
export function startWriters(url: string, token: string, count: number, prefix: string): Writers {
  let stopped = false
  const writers = { acknowledged: [] as string[], tookMs: [] as number[], refused: [] as number[] }
  const write = async (who: number) => {
    for (let n = 1; !stopped; n++) {
      const name = `${prefix}第${who}组${n}号商贸有限公司`
      const startedAt = performance.now()
      try {
        const { status } = await callApi(url, token, 'POST', '/api/customers', { name })
        if (status === 201) {
          writers.acknowledged.push(name)
          writers.tookMs.push(performance.now() - startedAt)
        } else {
          writers.refused.push(status)
          await sleep(20)
        }
      } catch {
        return // the server is gone: what was under way is not acknowledged
      }
    }
  }
  const all = Promise.all(Array.from({ length: count }, (_, who) => write(who + 1)))
  return {
    ...writers,
    async stop() {
      stopped = true
      await all
    },
  }
}

export const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0
