import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ended, launcherTree, serverId } from './launcherTree.ts'

let tree: Awaited<ReturnType<typeof launcherTree>>
beforeEach(async () => {
  tree = await launcherTree()
})
afterEach(() => tree.close())

const gone = (id: number) => {
  try {
    process.kill(id, 0)
    return false
  } catch {
    return true
  }
}
const calls = async (name: string) => (await tree.read(`${name}.calls`)).split('\n').filter(Boolean)

describe('启动器', () => {
  it('crm 的参数、输入和退出码原样传递,标准输出只有命令自己的话', async () => {
    await tree.put('pnpm-lock.yaml', 'lockfileVersion: 9\nchanged: 1\n')
    const child = tree.launch(['crm', 'init', '--admin', '张 三', '--json'])
    child.stdin.end('秘密\n')
    const { code, out, err } = await ended(child)
    expect(code).toBe(3)
    expect(out).toBe('{"args":["init","--admin","张 三","--json"],"input":"秘密\\n"}\n')
    expect(err).toContain('安装依赖')
  })

  it('锁文件与已安装的不同时按锁文件安装一次', async () => {
    await tree.put('pnpm-lock.yaml', 'lockfileVersion: 9\nchanged: 1\n')
    await ended(tree.launch(['start', '--once']))
    await ended(tree.launch(['start', '--once']))
    expect(await calls('npx')).toEqual([
      expect.stringMatching(/^--yes pnpm@[\d.]+ install --frozen-lockfile( |$)/) as string,
    ])
  })

  it('网页源码变了才重新构建,构建信息不进标准输出', async () => {
    const first = await ended(tree.launch(['start', '--once']))
    expect(first.out).toMatch(/^ready \d+\n$/)
    expect(first.err).toContain('vite says hello')
    await ended(tree.launch(['start', '--once']))
    await tree.put('web/src/Page.test.ts', 'a test is not part of the pages\n')
    await ended(tree.launch(['start', '--once']))
    expect(await calls('vite')).toHaveLength(1)
    await tree.put('shared/src/money.ts', 'export const fen = 2\n')
    await ended(tree.launch(['start', '--once']))
    await rm(`${tree.folder}/web/dist/index.html`)
    await ended(tree.launch(['start', '--once']))
    expect(await calls('vite')).toHaveLength(3)
  })

  it('构建失败时不启动,也不动上一次的网页', async () => {
    await ended(tree.launch(['start', '--once']))
    await tree.put('web/src/main.ts', 'broken\n')
    await tree.put('broken', '')
    const { code, out } = await ended(tree.launch(['start', '--once']))
    expect({ code, out }).toEqual({ code: 5, out: '' })
    expect(await tree.read('web/dist/index.html')).toBe('pages')
  })

  it('停止信号转给服务器,退出码是服务器的', async () => {
    const child = tree.launch(['start'])
    const done = ended(child)
    await serverId(child)
    child.kill('SIGTERM')
    expect(await done).toMatchObject({ code: 7 })
    expect(await tree.read('ended')).toBe('SIGTERM')
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('npm start 收到 %s,服务器随后自己停下', async (signal) => {
    const child = tree.open('npm', ['start'])
    const id = await serverId(child)
    child.kill(signal)
    await vi.waitFor(() => expect(gone(id)).toBe(true), { timeout: 5000 })
    expect(await tree.read('ended')).toBe('SIGTERM')
  })

  it('启动器被强行杀掉,服务器从断开的连线得知', async () => {
    const child = tree.launch(['start'])
    const id = await serverId(child)
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(gone(id)).toBe(true), { timeout: 5000 })
    expect(await tree.read('ended')).toBe('disconnect')
  })

  it('没有 Chromium 时其余测试照跑,说明要装什么并以失败结束', async () => {
    const { code, err } = await ended(tree.launch(['test'], { CHROMIUM_PATH: '/nowhere/chromium' }))
    expect(code).toBe(1)
    expect(err).toContain('apt-get install -y --no-install-recommends chromium fonts-noto-cjk')
    const [run] = await calls('vitest')
    expect(run).toContain('--project unit --project house --project api')
    expect(run).not.toContain('e2e')
    const asked = await ended(tree.launch(['test', '--project', 'e2e'], { CHROMIUM_PATH: '/nowhere/chromium' }))
    expect(asked.code).toBe(1)
    expect(await calls('vitest')).toHaveLength(1)
  })

  it('CI 中缺少故障测试的工具也算失败', async () => {
    const withoutTools = { CHROMIUM_PATH: process.execPath, PATH: tree.folder }
    const run = (extra: Record<string, string>) =>
      ended(tree.open(process.execPath, ['scripts/run.mjs', 'test'], { ...withoutTools, ...extra }))
    expect(await run({ CI: 'true' })).toMatchObject({ code: 1, err: expect.stringContaining('strace') as string })
    expect(await run({})).toMatchObject({ code: 0, err: expect.stringContaining('strace') as string })
  })

  it('单元测试不因网页构建失败而跑不了', async () => {
    await tree.put('broken', '')
    await ended(tree.launch(['test', '--project', 'unit']))
    expect(await calls('vite')).toEqual([])
    expect(await calls('vitest')).toEqual(['run --project unit'])
  })

  it('不认识的任务列出用法,退出码 2', async () => {
    const { code, err } = await ended(tree.launch(['deploy']))
    expect(code).toBe(2)
    expect(err).toContain('start|dev|test|check|crm')
  })
})
