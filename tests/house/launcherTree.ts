import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { root } from './tree.ts'

/** Stands in for the server: says its process id, and notes in `ended` what stopped it. */
const server = `
import { writeFileSync } from 'node:fs'
const end = (why: string, code: number) => { writeFileSync('ended', why); process.exit(code) }
process.once('SIGTERM', () => end('SIGTERM', 7))
process.once('disconnect', () => end('disconnect', 8))
process.channel?.unref()
const stay = setInterval(() => {}, 1000)
if (process.argv.includes('--once')) clearInterval(stay)
console.log('ready ' + process.pid)
`

/** Stands in for the command line: repeats what it was given and leaves with 3. */
const crm = `
import { text } from 'node:stream/consumers'
console.log(JSON.stringify({ args: process.argv.slice(2), input: await text(process.stdin) }))
process.exitCode = 3
`

/** Stands in for a tool: notes its arguments in \`<name>.calls\`, and builds or fails like vite would. */
const toolSource = (name: string) => `
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
const [root, args] = [${JSON.stringify('$ROOT')}, process.argv.slice(2)]
appendFileSync(root + '/${name}.calls', args.join(' ') + '\\n')
console.log('${name} says hello')
if (existsSync(root + '/broken')) process.exit(5)
const out = args[args.indexOf('--outDir') + 1]
if (args.includes('--outDir')) { mkdirSync(out, { recursive: true }); writeFileSync(out + '/index.html', 'pages') }
`

export type Ended = { code: number | null; out: string; err: string }

/** A small repository with the real launcher and pretended tools, so that nothing is downloaded or built for real. */
export async function launcherTree() {
  const folder = await mkdtemp(join(tmpdir(), 'crm-launcher-'))
  const put = async (path: string, content: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const read = (path: string) => readFile(join(folder, path), 'utf8').catch(() => '')
  const fakeTool = async (name: string, from: string) => {
    await put(
      `${from}/node_modules/${name}/package.json`,
      JSON.stringify({ type: 'module', bin: { [name]: 'bin.js' } }),
    )
    await put(`${from}/node_modules/${name}/bin.js`, toolSource(name).replace('$ROOT', folder))
  }
  await cp(join(root, 'scripts/run.mjs'), join(folder, 'scripts/run.mjs'))
  await cp(join(root, 'scripts/launcher'), join(folder, 'scripts/launcher'), { recursive: true })
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  const scripts = { start: 'node scripts/run.mjs start' }
  await put('package.json', JSON.stringify({ name: 'small', type: 'module', packageManager, scripts }))
  await put('tsconfig.base.json', '{}')
  await put('pnpm-lock.yaml', 'lockfileVersion: 9\n')
  await put('node_modules/.pnpm/lock.yaml', 'lockfileVersion: 9\n')
  await put('server/src/main.ts', server)
  await put('scripts/crm.ts', crm)
  await put('web/src/main.ts', 'export const page = 1\n')
  await put('shared/src/money.ts', 'export const fen = 1\n')
  await fakeTool('vite', 'web')
  await fakeTool('vitest', '.')
  // What npx would do, without the network: note the call and finish the installation.
  await put(
    'bin/npx',
    `#!/bin/sh\necho "npx $*"\necho "$*" >> '${folder}/npx.calls'\ncp pnpm-lock.yaml node_modules/.pnpm/lock.yaml\n`,
  )
  await chmod(join(folder, 'bin/npx'), 0o755)

  const env = (extra: Record<string, string> = {}) => {
    const { npm_lifecycle_event: _, ...inherited } = process.env
    const PATH = [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter)
    return { ...inherited, CI: '', PATH, ...extra }
  }
  const started: ChildProcess[] = []
  const open = (command: string, args: string[], extra?: Record<string, string>) => {
    const child = spawn(command, args, { cwd: folder, env: env(extra) })
    started.push(child)
    return child
  }
  const launch = (args: string[], extra?: Record<string, string>) => open('node', ['scripts/run.mjs', ...args], extra)
  /** Ends what a failed test left running and removes the folder. */
  const close = async () => {
    for (const child of started) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
  return { folder, put, read, open, launch, close }
}

/** Everything a process printed, once it has ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })))
}

/** Process id of the pretended server, once it is up. */
export function serverId(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let out = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const ready = /ready (\d+)\n/.exec(out)
      if (ready) resolve(Number(ready[1]))
    })
    child.once('close', () => reject(new Error(`ended before it was ready: ${out}`)))
  })
}
