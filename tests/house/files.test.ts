import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newPassword } from '@crm/shared/contract/auth'
import { entities } from '@crm/shared/entities/index'
import { root, sources } from './tree.ts'

const text = (path: string) => readFile(join(root, path), 'utf8')
const LINES = 300 // 200 is a smell, 300 a stop

/** Data that a program wrote: nobody reads it line by line. */
const generated = new Set<string>([])

describe('代码仓库', () => {
  it(`每个源文件不超过 ${LINES} 行`, async () => {
    const files = (await sources('.', /[.](ts|vue|mjs|js)$/)).filter((path) => !generated.has(path))
    const lengths = await Promise.all(
      files.map(async (path) => ({ path, lines: (await text(path)).split('\n').length - 1 })),
    )
    expect(files.length).toBeGreaterThan(50)
    expect(lengths.filter(({ lines }) => lines > LINES)).toEqual([])
  })

  it('锁文件不含任何地址', async () => {
    const lockfile = await text('pnpm-lock.yaml')
    expect(lockfile.length).toBeGreaterThan(10_000)
    expect(lockfile).not.toContain('://')
  })

  it('任何依赖都不得运行安装脚本', async () => {
    const workspace = await text('pnpm-workspace.yaml')
    const block = /^allowBuilds:\n((?: {2}.*\n?)+)/m.exec(workspace)?.[1] ?? ''
    const permissions = block
      .trimEnd()
      .split('\n')
      .map((line) => line.split(': ').at(-1))
    expect(permissions.length).toBeGreaterThan(0)
    expect(permissions.filter((permission) => permission !== 'false')).toEqual([])
    expect(workspace).not.toMatch(/onlyBuiltDependencies|dangerouslyAllowAllBuilds|neverBuiltDependencies/)
  })

  it('共享代码和业务模块不看系统时钟,时间由外面给', async () => {
    const files = [
      ...(await sources('shared/src', /[.]ts$/)),
      ...(await sources('server/src/core', /[.]ts$/)),
      ...(await sources('server/src/modules', /[.]ts$/)),
    ].filter((path) => !path.endsWith('.test.ts') && path !== 'server/src/core/clock.ts')
    const looking = await Promise.all(
      files.map(async (path) => (/\bDate\.now\(|new Date\(\)/.test(await text(path)) ? path : '')),
    )
    expect(looking.filter(Boolean)).toEqual([])
  })

  it('受范围管辖的表只经由 core/access/scope 读;绕开的每一行都写明 unscoped: 理由', async () => {
    const scoped = Object.values(entities).filter((entity) => entity.scope !== 'everyone')
    const raw = new RegExp(`(selectFrom|[a-z]+Join)\\('(${scoped.map((entity) => entity.table).join('|')})'`)
    const files = (await sources('server/src', /[.]ts$/)).filter((path) => !path.endsWith('.test.ts'))
    const unexplained = await Promise.all(
      files.map(async (path) => {
        const lines = (await text(path)).split('\n')
        const isOpen = (line: string, at: number) => raw.test(line) && !/unscoped: \S/.test(`${lines[at - 1]}\n${line}`)
        return lines.flatMap((line, at) => (isOpen(line, at) ? [`${path}:${at + 1}`] : []))
      }),
    )
    expect(scoped.length).toBeGreaterThan(1)
    expect(unexplained.flat()).toEqual([])
  })

  it('说明书、启动时和命令帮助里的密码照抄也行:够长,系统收得下', async () => {
    const files = ['README.md', 'docs/operator-guide.md', 'server/src/serve.ts', 'scripts/cli/people.ts']
    const given = await Promise.all(
      files.map(async (path) =>
        [...(await text(path)).matchAll(/echo '([^']+)' \| npm run crm/g)].map(([, word]) => word!),
      ),
    )
    expect(given.every((words) => words.length > 0)).toBe(true)
    expect(given.flat().filter((word) => word.length < newPassword.min!)).toEqual([])
  })

  it('没有 utils.ts,也没有被跳过的测试或待办', async () => {
    const files = await sources('.', /[.](ts|vue|mjs)$/)
    expect(
      files.filter((path) => /(^|\/)(utils?|helpers?)[.]ts$/.test(path) && path !== 'migrations/helpers.ts'),
    ).toEqual([])
    const marked = await Promise.all(
      files
        .filter((path) => path !== 'tests/house/files.test.ts')
        .map(async (path) =>
          /\b(TODO|FIXME|XXX)\b|\b(it|test|describe)\.(skip|todo|only)\(/.test(await text(path)) ? path : '',
        ),
    )
    expect(marked.filter(Boolean)).toEqual([])
  })
})
