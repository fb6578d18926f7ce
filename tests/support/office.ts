import { systemActor } from '@crm/server/core/access/actor'
import type { Clock } from '@crm/server/core/clock'
import { hashPassword } from '@crm/server/core/access/password'
import type { Store } from '@crm/server/db/store'
import { createTeam, createUser, foundOffice, updateUser } from '@crm/server/modules/org/service'

/** Everybody's, so that it is hashed once per worker and not once per person. */
export const PASSWORD = '测试密码-2026'
let hashed: Promise<string> | undefined

const people = {
  head1: { name: '陈经理', team: 'D1', role: '部门经理' },
  sales1: { name: '王业务', team: 'D1', role: '业务员' },
  sales1b: { name: '李业务', team: 'D1', role: '业务员' },
  sub1: { name: '赵一组', team: 'D1a', role: '业务员' },
  sales2: { name: '孙华南', team: 'D2', role: '业务员' },
  finance: { name: '钱财务', team: null, role: '财务' },
  disabled: { name: '周离职', team: 'D1', role: '业务员' },
} as const

export type Username = 'admin' | keyof typeof people
export interface Office {
  readonly users: Readonly<Record<Username, number>>
  /** 华东 D1 with 华东一组 D1a below it, 华南 D2. */
  readonly teams: Readonly<Record<'D1' | 'D1a' | 'D2', number>>
  readonly roles: Readonly<Record<'系统管理员' | '部门经理' | '业务员' | '财务', number>>
}

/** The office all API tests work in, made by the product's own functions. */
export async function makeOffice(store: Store, clock: Clock): Promise<Office> {
  const passwordHash = await (hashed ??= hashPassword(PASSWORD))
  const actor = systemActor(clock.now(), clock.today(), 'cli', '测试')
  return store.tx(async (tx) => {
    const admin = await foundOffice(tx, actor, { username: 'admin', name: '管理员', company: '测试公司', passwordHash })
    const D1 = (await createTeam(tx, actor, { name: '华东' })).id
    const D1a = (await createTeam(tx, actor, { name: '华东一组', parentId: D1 })).id
    const D2 = (await createTeam(tx, actor, { name: '华南' })).id
    const teams = { D1, D1a, D2 }
    const stored = await tx.selectFrom('roles').select(['id', 'name']).execute()
    const roles = Object.fromEntries(stored.map(({ id, name }) => [name, id])) as Office['roles']
    const users: Record<string, number> = { admin: admin.id }
    for (const [username, { name, team, role }] of Object.entries(people)) {
      const body = { username, name, teamId: team && teams[team], roleIds: [roles[role]] }
      users[username] = (await createUser(tx, actor, body, passwordHash)).id
    }
    await updateUser(tx, actor, users['disabled']!, { version: 1, disabled: true })
    return { users: users as Office['users'], teams, roles }
  })
}
