import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { crm, crmJson, foundOffice, runNode } from '../support/serverProcess.ts'

let home: string
let backup: string
/** Present state in every round: one tag more than in the backup. */
let present: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'crm-restore-'))
  const dir = join(home, 'first')
  await foundOffice(dir)
  tag(dir, '备份里的')
  backup = (await crmJson<{ file: string }>(dir, ['backup'])).json.file
  tag(dir, '备份后的')
  present = join(dir, 'crm.db')
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

function tag(dir: string, name: string) {
  const raw = new Database(join(dir, 'crm.db'))
  raw.prepare("insert into tags (name, version, createdAt, updatedAt) values (?, 1, 'x', 'x')").run(name)
  raw.close()
}

function stateOf(dir: string): string {
  const raw = new Database(join(dir, 'crm.db'), { readonly: true })
  const tags = raw.prepare('select name from tags order by id').pluck().all().join()
  const restored = raw
    .prepare("select count(*) from auditLog where entity = 'backup' and action = 'restore'")
    .pluck()
    .get()
  raw.close()
  return `${tags} 恢复记录${restored}`
}
const OLD = '备份里的,备份后的 恢复记录0'
const NEW = '备份里的 恢复记录1'

/** strace counts calls per thread: with a single one for files the n-th call is the n-th of the whole program, and none of a cache. */
const ONE_THREAD = { UV_THREADPOOL_SIZE: '1', NODE_DISABLE_COMPILE_CACHE: '1' }
/** Kills the command at the n-th call of a system call of one of its threads. */
const killAt = (call: string, n: number) => [
  'strace',
  '-f',
  '-qq',
  '-o',
  '/dev/null',
  '-e',
  `trace=${call}`,
  '-e',
  `inject=${call}:signal=SIGKILL:when=${n}`,
]

it(
  'F13 恢复途中在每一次改名和关键的落盘处 kill -9:下次打开不是旧状态就是新状态,再恢复一次成功',
  { timeout: 170_000 },
  async () => {
    const seen = new Map<string, number>()
    let killed = 0
    for (const [call, times] of [
      ['rename', [1, 2, 3, 4]],
      ['fsync', [3, 5, 7, 9]],
    ] as const) {
      for (const n of times) {
        const dir = mkdtempSync(join(home, 'round-'))
        copyFileSync(present, join(dir, 'crm.db'))
        const { code } = await crm(dir, ['restore', backup, '--yes'], { wrap: killAt(call, n), env: ONE_THREAD })
        if (code !== 0) killed++
        const { code: opened, stderr } = await crm(dir, ['user', 'list'])
        expect(opened, `${call} ${n}: ${stderr}`).toBe(0)
        const state = stateOf(dir)
        expect([OLD, NEW], `${call} ${n}`).toContain(state)
        seen.set(state, (seen.get(state) ?? 0) + 1)
        expect(readdirSync(dir).filter((name) => name.startsWith('restore'))).toEqual([])
        const kept = readdirSync(dir).some((name) => name.startsWith('crm.db.pre-restore-'))
        expect(kept, `${call} ${n}`).toBe(state === NEW)
        rmSync(dir, { recursive: true })
      }
    }
    expect(killed).toBe(8)
    expect([...seen.keys()].sort()).toEqual([NEW, OLD].sort())
  },
)

it('恢复后再恢复安全备份,回到原来的状态', async () => {
  const dir = mkdtempSync(join(home, 'twice-'))
  copyFileSync(present, join(dir, 'crm.db'))
  const first = await crmJson<{ safetyBackup: string }>(dir, ['restore', backup, '--yes'])
  expect(stateOf(dir)).toBe(NEW)
  expect((await crm(dir, ['restore', first.json.safetyBackup, '--yes'])).code).toBe(0)
  expect(stateOf(dir)).toBe('备份里的,备份后的 恢复记录1')
  expect((await runNode(['scripts/crm.ts', 'check'], { env: { CRM_DATA_DIR: dir } })).code).toBe(0)
})
