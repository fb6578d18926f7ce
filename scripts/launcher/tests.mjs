import { supervise } from './processes.mjs'
import { tool } from './paths.mjs'
import { chromiumMissing, chromiumPath, faultToolsMissing, missingFaultTools } from './testTools.mjs'

/** Runs vitest; `projects` empty means whatever `args` select. Resolves to the exit code. */
export function vitest(node, projects, args = []) {
  const chosen = projects.flatMap((project) => ['--project', project])
  const browser = chromiumPath()
  return supervise(node, [
    { args: [tool('vitest'), 'run', ...chosen, ...args], env: browser ? { CHROMIUM_PATH: browser } : {} },
  ])
}

const WITHOUT_PAGES = ['unit', 'house', 'api']

/** False when `args` name only projects that never open a web page: a broken page must not hide their results. */
export function needsPages(args) {
  const named = args.flatMap((arg, index) =>
    arg === '--project' ? args[index + 1] : (arg.match(/^--project=(.*)/)?.[1] ?? []),
  )
  return named.length === 0 || named.some((name) => !WITHOUT_PAGES.includes(name))
}

/** Everything, or what `args` select. Never green without the browser tests; without the fault tests only outside CI. */
export async function runTests(node, args) {
  const browserMissing = chromiumPath() === undefined
  if (args.length > 0) {
    if (!browserMissing || !args.some((arg) => arg.includes('e2e'))) return vitest(node, [], args)
    console.error(chromiumMissing)
    return 1
  }
  const lacking = missingFaultTools()
  const projects = ['unit', 'house', 'api']
  if (!browserMissing) projects.push('e2e')
  if (lacking.length === 0) projects.push('fault', 'fault-alone')
  let code = await vitest(node, projects)
  if (lacking.length > 0) {
    console.error(faultToolsMissing(lacking))
    if (process.env.CI === 'true') code ||= 1
  }
  if (browserMissing) {
    console.error(chromiumMissing)
    code ||= 1
  }
  return code
}
