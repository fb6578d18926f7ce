import { readFileSync } from 'node:fs'

const POLL_MS = 300 // a stopped npm leaves the port within half a second
const RUNNERS = /^(npm|pnpm|yarn|node)/

/** Linux only: the parent of process `id` and that process's name; undefined once it is gone. */
function lookUp(id) {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
    const nameEnd = stat.lastIndexOf(')')
    return { name: stat.slice(stat.indexOf('(') + 1, nameEnd), parentId: stat.slice(nameEnd + 4).split(' ')[0] }
  } catch {
    return undefined
  }
}

function alive(id) {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/**
 * Calls `gone` once when whoever started this process has ended. SIGTERM to npm kills the shell between npm and us,
 * SIGKILL leaves that shell waiting under nobody: neither reaches us as a signal. Started without npm (by systemd,
 * by nohup) outliving the parent is what people mean, so only npm and its likes are watched.
 */
export function onParentGone(gone) {
  if (!process.env.npm_lifecycle_event) return
  const parentId = process.ppid
  const parent = lookUp(parentId)
  const shellBetween = parent !== undefined && !RUNNERS.test(parent.name)
  const timer = setInterval(() => {
    const same =
      process.ppid === parentId && alive(parentId) && (!shellBetween || lookUp(parentId)?.parentId === parent.parentId)
    if (same) return
    clearInterval(timer)
    gone()
  }, POLL_MS)
  timer.unref()
}
