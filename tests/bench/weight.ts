import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const KB = 1024
const gz = (file: string) => gzipSync(readFileSync(file)).length / KB

/** Gzip kilobytes of what the built page loads at first (entry and its static imports), and of everything there is. */
export function pageWeight(): { entryJsKb: number; entryCssKb: number; allJsKb: number } | null {
  const dist = join(import.meta.dirname, '../../web/dist')
  if (!existsSync(join(dist, 'index.html'))) return null
  const html = readFileSync(join(dist, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1]!)
  const sum = (files: readonly string[]) => Math.round(files.reduce((kb, file) => kb + gz(join(dist, file)), 0))
  const all = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`)
  return {
    entryJsKb: sum(named.filter((name) => name.endsWith('.js'))),
    entryCssKb: sum(named.filter((name) => name.endsWith('.css'))),
    allJsKb: sum(all.filter((name) => name.endsWith('.js'))),
  }
}
