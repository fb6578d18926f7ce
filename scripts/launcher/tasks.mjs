import { formatStep, lintSteps, runSteps, typeSteps } from './steps.mjs'
import { supervise } from './processes.mjs'
import { PROGRAM_ENV, SERVER_FLAGS } from './program.mjs'
import { tool } from './paths.mjs'
import { needsPages, runTests, vitest } from './tests.mjs'
import { buildWeb, ensureWebBuilt } from './webBuild.mjs'

const SERVER = 'server/src/main.ts'

/** Runs `next` when the web pages are there; resolves to an exit code. */
async function withWeb(node, next) {
  return (await ensureWebBuilt(node)) || next()
}

async function check(node) {
  const steps = await runSteps(node, [...lintSteps(), formatStep(), ...typeSteps()])
  const web = await ensureWebBuilt(node)
  const tests = await vitest(node, ['unit', 'house', 'api'])
  return steps || web || tests
}

/** What `npm run <name>` does: ({ node, args }) => exit code. */
export const tasks = {
  start: ({ node, args }) =>
    withWeb(node, () =>
      supervise(node, [{ args: [...SERVER_FLAGS, SERVER, ...args], env: PROGRAM_ENV, tether: true }]),
    ),
  dev: ({ node, args }) =>
    supervise(node, [
      { args: ['--watch', '--watch-preserve-output', SERVER, ...args] },
      { args: [tool('vite', 'web')], cwd: 'web' },
    ]),
  test: ({ node, args }) => (needsPages(args) ? withWeb(node, () => runTests(node, args)) : runTests(node, args)),
  check: ({ node }) => check(node),
  crm({ node, args }) {
    const serves = args[0] === 'serve'
    const program = {
      args: [...(serves ? SERVER_FLAGS : []), 'scripts/crm.ts', ...args],
      env: PROGRAM_ENV,
      tether: serves,
    }
    const run = () => supervise(node, [program])
    return serves ? withWeb(node, run) : run()
  },
  bench: ({ node, args }) => withWeb(node, () => supervise(node, [{ args: ['tests/bench/run.ts', ...args] }])),
  build: ({ node }) => buildWeb(node),
  types: ({ node }) => runSteps(node, typeSteps()),
  lint: ({ node }) => runSteps(node, lintSteps()),
  format: ({ node, args }) => supervise(node, [{ args: [tool('oxfmt'), ...(args.length > 0 ? args : ['.'])] }]),
}
