import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { at, fail, readJson, root } from './paths.mjs'

/** pnpm keeps the lockfile it installed from; equal bytes mean there is nothing to do. */
function installed() {
  const done = at('node_modules', '.pnpm', 'lock.yaml')
  return existsSync(done) && readFileSync(done).equals(readFileSync(at('pnpm-lock.yaml')))
}

/** Installs from the lockfile when node_modules differs from it. Writes to standard error only: `--json` users read the other. */
export function ensureInstalled() {
  if (installed()) return
  const { packageManager } = readJson(at('package.json'))
  console.error('正在安装依赖… installing dependencies')
  const windows = process.platform === 'win32'
  const { status, error } = spawnSync(
    'npx',
    // Without a terminal pnpm refuses to replace a node_modules that another tool made, unless told.
    ['--yes', packageManager, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'],
    { cwd: root, stdio: ['ignore', 2, 2], shell: windows },
  )
  if (status !== 0) fail(`依赖安装失败,请检查网络后重试。 Installation failed${error ? `: ${error.message}` : ''}.`)
}
