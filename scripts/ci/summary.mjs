// Adds up what .ci/run noted: node summary.mjs <results folder> <exit code of the run>. Prints "N passed, N failed" last.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, runCode] = process.argv.slice(2)

/** Counts of one step: a plain step is one check, a test step is its tests; a crash without a failed test is one failure. */
function outcome(name, code) {
  const report = join(folder, `${name}.json`)
  if (!existsSync(report)) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  const {
    numPassedTests: passed,
    numFailedTests: failed,
    numTotalTests: total,
  } = JSON.parse(readFileSync(report, 'utf8'))
  const missing = total - passed - failed // skipped or left for later
  if (failed > 0) return { passed, failed, missing }
  return { passed, failed: code === 0 && passed > 0 ? 0 : 1, missing }
}

const notes = join(folder, 'steps.tsv')
const lines = existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : []
const steps = lines.map((line) => {
  const [name, code] = line.split('\t')
  return { name, ...outcome(name, Number(code)) }
})
const sum = (key) => steps.reduce((total, step) => total + step[key], 0)
const cutShort = Number(runCode) !== 0 || steps.length === 0 ? 1 : 0

for (const { name, passed, failed, missing } of steps) {
  console.log(
    `${failed === 0 ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed${missing ? `, ${missing} skipped` : ''}`,
  )
}
if (cutShort) console.log(`✗ the run ended early with exit code ${runCode}`)
const failed = sum('failed') + cutShort
process.exitCode = failed === 0 ? 0 : 1
console.log(`${sum('passed')} passed, ${failed} failed`)
