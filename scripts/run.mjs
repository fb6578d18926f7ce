// The launcher behind every npm script. Plain JavaScript without dependencies: it must run on the machine's
// own Node (20.19 or newer) in a fresh clone, before anything is installed.
import { ensureInstalled } from './launcher/install.mjs'
import { findNode, refuseOldNode } from './launcher/node.mjs'
import { tasks } from './launcher/tasks.mjs'

const [name = '', ...args] = process.argv.slice(2)
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined

if (!task) {
  console.error(`用法 usage: node scripts/run.mjs <${Object.keys(tasks).join('|')}> [args]`)
  process.exitCode = 2
} else {
  refuseOldNode()
  ensureInstalled()
  process.exitCode = await task({ node: findNode(), args })
}
