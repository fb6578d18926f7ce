import type { Settings } from '@crm/shared/contract/system'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'

const EMPTY: Settings = {
  company: '',
  companyAddress: '',
  companyPhone: '',
  companyTaxNumber: '',
  companyBank: '',
  companyBankAccount: '',
}
/** What is left out stays; null empties. */
export type SettingsChange = { readonly [K in keyof Settings]?: Settings[K] | null | undefined }

export async function readSettings(db: Read | Tx): Promise<Settings> {
  const rows = await (db as Read)
    .selectFrom('settings')
    .select(['name', 'value'])
    .where('name', 'in', Object.keys(EMPTY))
    .execute()
  return { ...EMPTY, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) }
}

export async function updateSettings(tx: Tx, actor: Actor, changed: SettingsChange): Promise<Settings> {
  if (Object.keys(changed).length === 0) throw invalidField('company', '没有要修改的内容')
  const before = await readSettings(tx)
  const said = Object.entries(changed).filter(([, value]) => value !== undefined)
  const after: Settings = { ...before, ...Object.fromEntries(said.map(([name, value]) => [name, value ?? ''])) }
  for (const [name, value] of Object.entries(after))
    await tx
      .insertInto('settings')
      .values({ name, value })
      .onConflict((c) => c.column('name').doUpdateSet({ value }))
      .execute()
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'update', before, after })
  return after
}
