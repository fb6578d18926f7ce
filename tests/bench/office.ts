import { createHash } from 'node:crypto'
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '@crm/migrations'
import { systemActor } from '@crm/server/core/access/actor'
import { systemClock } from '@crm/server/core/clock'
import { hashPassword } from '@crm/server/core/access/password'
import { migrate } from '@crm/server/db/migrate'
import { openSqlite } from '@crm/server/db/sqlite'
import { createTeam, createToken, createUser, foundOffice } from '@crm/server/modules/org/service'
import { seedFollowUps } from './followUps.ts'
import { seedCustomers } from './seed.ts'
import { seedTrade } from './trade.ts'

export const TEAMS = 10
export const PEOPLE = 100
export interface Tokens {
  readonly admin: string
  readonly head: string
  readonly sales: string
  /** The people of the head's team. */
  readonly team: readonly number[]
}

/** Seeded data is dear (minutes) and always the same: kept until the seed or the tables change. */
export interface Size {
  readonly customers: number
  readonly followUps: number
  readonly orders: number
}

function keptFolder(size: Size): string {
  const here = import.meta.dirname
  const hash = createHash('sha256').update(JSON.stringify(size))
  for (const file of [
    'seed.ts',
    'office.ts',
    'followUps.ts',
    'trade.ts',
    '../../server/src/modules/customers/derived.ts',
    '../../server/src/modules/customers/searchTokens.ts',
    ...migrations.map((m) => `../../migrations/${m.name}.ts`),
  ])
    hash.update(readFileSync(join(here, file)))
  return join(tmpdir(), `crm-bench-${hash.digest('hex').slice(0, 12)}`)
}

/** A data folder of its own with an office of 100 people in 10 teams and the asked-for number of customers, three contacts each. */
export async function benchFolder(size: Size, log: (text: string) => void): Promise<{ dir: string; tokens: Tokens }> {
  const kept = keptFolder(size)
  if (!existsSync(join(kept, 'tokens.json'))) {
    const fresh = `${kept}.new`
    rmSync(fresh, { recursive: true, force: true })
    mkdirSync(fresh, { recursive: true })
    await fill(fresh, size, log)
    rmSync(kept, { recursive: true, force: true })
    renameSync(fresh, kept)
  }
  const dir = mkdtempSync(join(tmpdir(), 'crm-bench-run-'))
  cpSync(kept, dir, { recursive: true })
  // Else the first commit of the run waits for a gigabyte of this copy.
  for (const name of readdirSync(dir)) {
    const file = openSync(join(dir, name), 'r+')
    fsyncSync(file)
    closeSync(file)
  }
  return { dir, tokens: JSON.parse(readFileSync(join(dir, 'tokens.json'), 'utf8')) as Tokens }
}

async function fill(dir: string, { customers, followUps, orders }: Size, log: (text: string) => void): Promise<void> {
  const file = join(dir, 'crm.db')
  await migrate({ file }, migrations, { backupBefore: async () => null, log: () => {} })
  const store = openSqlite(file)
  const clock = systemClock('Asia/Shanghai')
  const actor = systemActor(clock.now(), clock.today(), 'cli', 'bench')
  const passwordHash = await hashPassword('bench-password')
  const { tokens, owners } = await store.tx(async (tx) => {
    const admin = await foundOffice(tx, actor, {
      username: 'admin',
      name: '管理员',
      company: '基准测试公司',
      passwordHash,
    })
    const roles = new Map(
      (await tx.selectFrom('roles').select(['id', 'name']).execute()).map((role) => [role.name, role.id]),
    )
    const owners: number[] = []
    for (let t = 0; t < TEAMS; t++) {
      const team = await createTeam(tx, actor, { name: `销售${t + 1}部` })
      for (let p = 0; p < PEOPLE / TEAMS; p++) {
        const role = p === 0 ? '部门经理' : '业务员'
        owners.push(
          (
            await createUser(
              tx,
              actor,
              { username: `u${t}_${p}`, name: `业务${t}${p}`, teamId: team.id, roleIds: [roles.get(role)!] },
              passwordHash,
            )
          ).id,
        )
      }
    }
    const token = async (userId: number) =>
      (await createToken(tx, actor, { userId, name: 'bench', scope: null, expiresDays: null })).token
    const team = owners.slice(0, PEOPLE / TEAMS)
    return {
      owners,
      tokens: { admin: await token(admin.id), head: await token(team[0]!), sales: await token(team[1]!), team },
    }
  })
  const begun = performance.now()
  await seedCustomers(
    store,
    { customers, contactsEach: 3, owners },
    (done) =>
      done % 10_000 === 0 && log(`seeded ${done} customers, ${Math.round((performance.now() - begun) / 1000)} s`),
  )
  await store.close()
  seedFollowUps(file, followUps, customers, new Date())
  log(`wrote ${followUps} follow-ups, ${Math.round((performance.now() - begun) / 1000)} s`)
  seedTrade(file, orders, customers, clock.today())
  log(`wrote ${orders} orders, ${Math.round((performance.now() - begun) / 1000)} s`)
  writeFileSync(join(dir, 'tokens.json'), JSON.stringify(tokens))
}
