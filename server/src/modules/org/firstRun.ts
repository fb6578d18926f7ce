import { newPassword } from '@crm/shared/contract/auth'
import { settings } from '@crm/shared/contract/system'
import { user } from '@crm/shared/entities/user'
import { check } from '@crm/shared/formats'
import { startingRoles } from '@crm/shared/permissions'
import { type Actor, systemActor } from '../../core/access/actor.ts'
import type { Clock } from '../../core/clock.ts'
import { invalid, problem } from '../../core/problem.ts'
import type { Store, Tx } from '../../db/store.ts'
import { seedDictionaries } from '../system/dictionaries/service.ts'
import { updateSettings } from '../system/settings/service.ts'
import { hashNew } from './passwords.ts'
import { roles } from './roles.ts'
import { createUser } from './users.ts'

export interface FirstAdmin {
  readonly username: string
  readonly name: string
  readonly password: string
  readonly company: string
}
const shape = {
  username: user.fields.username,
  name: user.fields.name,
  password: newPassword,
  company: settings.update.body!['company']!,
}

/** `crm init`: the first administrator, the starting roles and dictionaries, the company's name; all or nothing, and only on an empty system. */
export async function createFirstAdmin(
  store: Store,
  clock: Clock,
  input: FirstAdmin,
): Promise<{ id: number; username: string }> {
  const checked = check<FirstAdmin>(shape, input)
  if (!checked.ok) throw invalid(checked.errors)
  const { password, ...office } = checked.value
  const passwordHash = await hashNew('password', password, office.username)
  const actor = systemActor(clock.now(), clock.today(), 'cli', '命令行')
  return store.tx((tx) => foundOffice(tx, actor, { ...office, passwordHash }))
}

/** The same with a password that is hashed already. */
export async function foundOffice(
  tx: Tx,
  actor: Actor,
  office: Omit<FirstAdmin, 'password'> & { readonly passwordHash: string },
): Promise<{ id: number; username: string }> {
  const somebody = await tx.selectFrom('users').select('id').limit(1).executeTakeFirst()
  if (somebody) throw problem('illegal_move', '系统已有操作员,不能再次初始化')
  const made = []
  for (const { name, reach, note, permissions } of startingRoles)
    made.push(
      await roles.create(
        tx,
        actor,
        { name, reach, note, permissions: [...permissions] },
        { builtIn: made.length === 0 },
      ),
    )
  await seedDictionaries(tx, actor)
  await updateSettings(tx, actor, { company: office.company })
  const { id, username } = await createUser(
    tx,
    actor,
    { username: office.username, name: office.name, roleIds: [made[0]!.id] },
    office.passwordHash,
  )
  return { id, username }
}
