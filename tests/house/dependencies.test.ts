import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './tree.ts'
import { allowed, installed, refused } from './dependencyCases.ts'

type Cruise = {
  modules: { source: string }[]
  summary: { violations: { from: string; rule: { name: string } }[]; ruleSetUsed: { forbidden: { name: string }[] } }
}

/** Runs the same command as `npm run lint` in another folder; JSON tells which rule refused which file. */
function cruise(cwd: string, folders: string[]): Promise<Cruise> {
  const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [command, '--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...folders]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (stdout) resolve(JSON.parse(stdout) as Cruise)
      else reject(error ?? new Error(stderr))
    })
  })
}

const ROOMS = ['server', 'shared', 'web', 'migrations', 'scripts', 'tests']

/** One importing file per case, so that a refusal names its case. */
const importer = (from: string, index: number) => from.replace('#', String(index))

const source = (file: string, target: string) => {
  const statement = `import { x } from '${target}'\nexport const y = x\n`
  return file.endsWith('.vue')
    ? `<script setup lang="ts">\n${statement.replace(/export .*\n/, '')}</script>\n`
    : statement
}

const depth = (file: string) => file.split('/').length - 1
const specifier = (file: string, target: string) =>
  /^(server|shared|web|migrations|scripts|tests)\//.test(target) ? '../'.repeat(depth(file)) + target : target

describe('依赖方向', () => {
  let folder: string
  let result: Cruise
  const put = async (path: string, content: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-house-'))
    await Promise.all(ROOMS.map((room) => mkdir(join(folder, room), { recursive: true })))
    for (const name of installed) {
      await put(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
      await put(`node_modules/${name}/index.js`, 'export const x = 1\n')
    }
    const cases = [...refused, ...allowed.map((pair) => ['', ...pair] as const)]
    for (const [, , target] of cases)
      if (specifier('', target) !== target || ROOMS.includes(target.split('/')[0]!))
        await put(target, 'export const x = 1\n')
    for (const [index, [, from, target]] of cases.entries()) {
      const file = importer(from, index)
      await put(file, source(file, specifier(file, target)))
    }
    await put('shared/src/kernel/roundA.ts', `import type { B } from './roundB.ts'\nexport type A = { b: B }\n`)
    await put('shared/src/kernel/roundB.ts', `import type { A } from './roundA.ts'\nexport type B = { a: A }\n`)
    result = await cruise(folder, ROOMS)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const refusals = (file: string) =>
    result.summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name)

  it.each(refused.map(([rule, from, target], index) => ({ rule, file: importer(from, index), target })))(
    '$rule: $file 不得引用 $target',
    ({ rule, file }) => expect(refusals(file)).toContain(rule),
  )

  it.each(allowed.map(([from, target], index) => ({ file: importer(from, refused.length + index), target })))(
    '$file 可以引用 $target',
    ({ file }) => expect(refusals(file)).toEqual([]),
  )

  it('类型互相引用也算循环', () => expect(refusals('shared/src/kernel/roundA.ts')).toContain('no-cycles'))

  it('每一条规则都有被拒绝的例子', () => {
    const shown = new Set([...refused.map(([rule]) => rule), 'no-cycles'])
    const named = result.summary.ruleSetUsed.forbidden.map(({ name }) => name)
    expect(named.filter((name) => !shown.has(name))).toEqual([])
  })

  it('真实代码没有违反依赖方向', async () => {
    const real = await cruise(root, ROOMS)
    expect(real.summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`)).toEqual([])
    // A reader that cannot open TypeScript or Vue files would find nothing wrong with anything.
    expect(real.modules.some(({ source: file }) => /^server\/.*[.]ts$/.test(file))).toBe(true)
    expect(real.modules.some(({ source: file }) => /^web\/.*[.]vue$/.test(file))).toBe(true)
  })

  it('每个业务模块在层次表里有位置', async () => {
    const { moduleLayers } = (await import(join(root, '.dependency-cruiser.mjs'))) as { moduleLayers: string[][] }
    const known = new Set(moduleLayers.flat())
    const foldersIn = async (path: string) => {
      const entries = await readdir(join(root, path), { withFileTypes: true })
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    }
    const names = (await foldersIn('server/src/modules')).filter((name) => name !== 'system')
    const system =
      names.length < (await foldersIn('server/src/modules')).length ? await foldersIn('server/src/modules/system') : []
    expect([...names, ...system.map((name) => `system/${name}`)].filter((name) => !known.has(name))).toEqual([])
  })
})
