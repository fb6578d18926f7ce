import type { Settings } from '@crm/shared/contract/system'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { storedSettings, storeSettings } from './stored.ts'

export { storedSettings, storeSettings } from './stored.ts'

const EMPTY: Settings = {
  company: '',
  companyAddress: '',
  companyPhone: '',
  companyTaxNumber: '',
  companyBank: '',
  companyBankAccount: '',
}
const NAMES = Object.keys(EMPTY) as (keyof Settings)[]
/** What is left out stays; null empties. */
export type SettingsChange = { readonly [K in keyof Settings]?: Settings[K] | null | undefined }

export async function readSettings(db: Read | Tx): Promise<Settings> {
  return { ...EMPTY, ...(await storedSettings(db, NAMES)) }
}

export async function updateSettings(tx: Tx, actor: Actor, changed: SettingsChange): Promise<Settings> {
  if (Object.keys(changed).length === 0) throw invalidField('company', '没有要修改的内容')
  const before = await readSettings(tx)
  const said = Object.entries(changed).filter(([, value]) => value !== undefined)
  const after: Settings = { ...before, ...Object.fromEntries(said.map(([name, value]) => [name, value ?? ''])) }
  await storeSettings(tx, { ...after })
  await audit(tx, actor, { entity: 'settings', recordId: null, action: 'update', before, after })
  return after
}
