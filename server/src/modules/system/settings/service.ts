import type { Settings } from '@crm/shared/contract/system'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import type { Read, Tx } from '../../../db/store.ts'

const EMPTY: Settings = { company: '' }

export async function readSettings(db: Read | Tx): Promise<Settings> {
  const rows = await (db as Read)
    .selectFrom('settings')
    .select(['name', 'value'])
    .where('name', 'in', Object.keys(EMPTY))
    .execute()
  return { ...EMPTY, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) }
}

export async function updateSettings(tx: Tx, actor: Actor, changed: Settings): Promise<Settings> {
  const before = await readSettings(tx)
  const after = { ...before, ...changed }
  for (const [name, value] of Object.entries(after))
    await tx
      .insertInto('settings')
      .values({ name, value })
      .onConflict((c) => c.column('name').doUpdateSet({ value }))
      .execute()
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'update', before, after })
  return after
}
