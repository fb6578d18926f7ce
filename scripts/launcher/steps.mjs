import { availableParallelism } from 'node:os'
import { capture } from './processes.mjs'
import { tool } from './paths.mjs'

const CODE = ['server', 'shared', 'migrations', 'scripts', 'tests', 'vitest.config.ts']
const TYPED = ['shared', 'server', 'migrations', 'scripts', 'tests']

/** One file says who may import whom; --no-cache because a stale answer would pass what it should refuse. */
const cruise = ['--config', '.dependency-cruiser.mjs', '--output-type', 'err']
const cruised = ['server', 'shared', 'web', 'migrations', 'scripts', 'tests']

/** Steps are functions: their tools exist only after the installation. */
export const lintSteps = () => [
  { name: 'oxlint', args: [tool('oxlint'), '--type-aware', '--deny-warnings', ...CODE] },
  { name: 'eslint web', args: [tool('eslint'), '--max-warnings', '0', 'web/src'] },
  { name: '依赖方向 dependencies', args: [tool('dependency-cruiser', '.', 'depcruise'), ...cruise, ...cruised] },
]

export const typeSteps = () => [
  ...TYPED.map((name) => ({
    name: `types ${name}`,
    args: [tool('typescript', name, 'tsc'), '-p', name, '--noEmit'],
  })),
  // TypeScript 7 has no programming interface yet, and templates need one: the web is checked with 6.
  { name: 'types web', args: [tool('vue-tsc'), '-p', 'web', '--noEmit'] },
]

export const formatStep = () => ({ name: 'format', args: [tool('oxfmt'), '--check', '.'] })

/** Runs steps side by side, prints each as it ends (all output only of a failed one), resolves to 0 or 1. */
export async function runSteps(node, steps) {
  const waiting = [...steps]
  const failed = []
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const { code, output, seconds } = await capture(node, step.args, step)
      console.log(`${code === 0 ? '✓' : '✗'} ${step.name} ${seconds.toFixed(1)} s`)
      if (code !== 0) {
        failed.push(step.name)
        console.log(output.trimEnd())
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker))
  if (failed.length > 0) console.error(`未通过 failed: ${failed.join(', ')}`)
  return failed.length === 0 ? 0 : 1
}
