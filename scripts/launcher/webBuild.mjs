import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './processes.mjs'
import { at, tool } from './paths.mjs'

const SKIPPED = /^(node_modules|dist|\.dist-.*|coverage)$|\.test\.ts$/
const STAMP = '.sources.sha256'

function* filesIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !SKIPPED.test(name))
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else yield path
  }
}

/** SHA-256 of everything the web build reads. Contents, not times: git and copies change times at will. */
export function sourcesHash() {
  const hash = createHash('sha256')
  for (const path of [
    ...filesIn(at('web')),
    ...filesIn(at('shared')),
    at('tsconfig.base.json'),
    at('pnpm-lock.yaml'),
  ]) {
    const content = readFileSync(path)
    hash.update(`${path.slice(at().length)} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

/** True when web/dist was built from sources with this hash. */
function isBuiltFrom(hash) {
  const stamp = at('web', 'dist', STAMP)
  return existsSync(at('web', 'dist', 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
}

/** Builds into a folder of its own and swaps it in, so that a failed or interrupted build leaves the last good one. */
export async function buildWeb(node, hash = sourcesHash()) {
  console.error('正在构建网页… building the web pages')
  const dist = at('web', 'dist')
  const fresh = at('web', `.dist-${process.pid}`)
  const old = `${fresh}-old`
  try {
    const args = [tool('vite', 'web'), 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn']
    const code = await runQuietly(node, args, 'web')
    if (code !== 0) return code
    writeFileSync(join(fresh, STAMP), hash)
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
    return 0
  } catch (error) {
    if (isBuiltFrom(hash)) return 0 // another command swapped in the same build a moment earlier
    throw error
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
  }
}

/** Builds web/dist when it is missing or was built from other sources; resolves to the exit code. */
export async function ensureWebBuilt(node) {
  const hash = sourcesHash()
  return isBuiltFrom(hash) ? 0 : buildWeb(node, hash)
}
