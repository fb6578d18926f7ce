import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { onParentGone } from './parent.mjs'
import { at } from './paths.mjs'

/** The chosen Node comes first in PATH, so that children of children find it as well. */
const envFor = (node, extra = {}) => ({
  ...process.env,
  PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
  ...extra,
})

/** As a shell counts: the code, or 128 + the number of the signal that ended it. */
const exitCode = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0)

const ended = (child) =>
  new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message)
      resolve(1)
    })
    child.once('close', (code, signal) => resolve(exitCode(code, signal)))
  })

/** Runs a Node program to its end with everything it prints on standard error; resolves to its exit code. */
export function runQuietly(node, args, cwd = '.') {
  return ended(spawn(node, args, { cwd: at(cwd), env: envFor(node), stdio: ['ignore', 2, 2] }))
}

/** Runs a Node program to its end and keeps what it prints; resolves to { code, output, seconds }. */
export async function capture(node, args, { cwd = '.', env } = {}) {
  const startedAt = performance.now()
  const child = spawn(node, args, { cwd: at(cwd), env: envFor(node, env), stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stderr.on('data', (chunk) => chunks.push(chunk))
  const code = await ended(child)
  return { code, output: Buffer.concat(chunks).toString(), seconds: (performance.now() - startedAt) / 1000 }
}

/**
 * Runs Node programs side by side on this terminal until one of them ends, then stops the others.
 * `commands`: { args, cwd?, env? }. Signals are passed on; a vanished npm counts as SIGTERM; resolves to the exit code
 * of the first that ended. A child with `tether` gets an IPC channel whose `disconnect` tells it that we were killed.
 */
export async function supervise(node, commands) {
  const children = commands.map(({ args, cwd = '.', env, tether }) =>
    spawn(node, args, {
      cwd: at(cwd),
      env: envFor(node, env),
      stdio: ['inherit', 'inherit', 'inherit', ...(tether ? ['ipc'] : [])],
    }),
  )
  const stop = (signal) => {
    for (const child of children) {
      // Windows has no signals to catch: cutting the tether is the only gentle way there.
      if (process.platform === 'win32' && child.connected) child.disconnect()
      else child.kill(signal)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal))
  onParentGone(() => stop('SIGTERM'))
  const endings = children.map(ended)
  const code = await Promise.race(endings)
  stop('SIGTERM')
  await Promise.all(endings)
  return code
}
