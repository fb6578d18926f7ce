import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Repository root, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Absolute path of something in the repository. */
export const at = (...parts) => join(root, ...parts)

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** JavaScript entry file of a tool that the package `from` depends on; `name` picks one of several commands. */
export function tool(packageName, from = '.', name = packageName) {
  const folder = at(from, 'node_modules', packageName)
  const { bin } = readJson(join(folder, 'package.json'))
  return join(folder, typeof bin === 'string' ? bin : bin[name])
}

/** Says what is wrong on standard error and leaves with 1. */
export function fail(text) {
  console.error(text)
  process.exit(1)
}
