import { existsSync } from 'node:fs'
import { at, fail } from './paths.mjs'

const WANTED_MAJOR = 24 // stable type stripping, argon2 built in, and an N-API that better-sqlite3 13 does not crash on
const ownMajor = Number(process.versions.node.split('.')[0])

/** The lockfile carries a Node for these; anywhere else the machine must bring its own. */
const broughtPlatforms = ['linux-x64', 'linux-arm64']
const platform = `${process.platform}-${process.arch}`

/** Before installing: a machine that no install can help is told so at once. */
export function refuseOldNode() {
  if (ownMajor >= WANTED_MAJOR || broughtPlatforms.includes(platform)) return
  fail(
    `本机 Node.js 版本是 ${process.version},在 ${platform} 上需要先安装 Node.js ${WANTED_MAJOR} 或更高版本:https://nodejs.org\n` +
      `Node.js ${WANTED_MAJOR} or newer must be installed on ${platform}; this is ${process.version}.`,
  )
}

/** Absolute path of the Node that runs the product: this one when new enough, else the one from the lockfile. */
export function findNode() {
  if (ownMajor >= WANTED_MAJOR) return process.execPath
  const brought = at('node_modules', `node-${platform}`, 'bin', 'node')
  if (existsSync(brought)) return brought
  return fail(
    `没有找到随依赖安装的 Node.js ${WANTED_MAJOR}(node-${platform})。请删除 node_modules 后重试,或自行安装 Node.js ${WANTED_MAJOR}。\n` +
      `Node.js ${WANTED_MAJOR} from the lockfile (node-${platform}) is missing: remove node_modules and try again, or install it.`,
  )
}
