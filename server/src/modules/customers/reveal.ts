import type { contact } from '@crm/shared/entities/contact'
import type { customer } from '@crm/shared/entities/customer'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import type { crud } from '../../core/rows/crud.ts'
import { storedRow } from '../../core/rows/rows.ts'
import type { Tx } from '../../db/store.ts'

/** How long the screen shows a revealed number. */
const SHOWN_SECONDS = 60

type Verbs = ReturnType<typeof crud<typeof customer>> | ReturnType<typeof crud<typeof contact>>

/** One number of one row, and a line in the audit log that says who looked. */
export async function reveal(
  tx: Tx,
  actor: Actor,
  verbs: Verbs,
  id: number,
  field: string,
): Promise<{ value: string | null; seconds: number }> {
  await verbs.reach(tx, actor, id, 'phone.reveal')
  const stored = (await storedRow(tx, verbs.entity, id))!
  await audit(tx, actor, { entity: verbs.entity.name, recordId: id, action: 'reveal', note: field })
  return { value: (stored[field] as string | null) ?? null, seconds: SHOWN_SECONDS }
}
