import type { FoundRecord } from '@crm/shared/contract/customers'
import { contract } from '@crm/shared/entities/contract'
import { order } from '@crm/shared/entities/order'
import { quote } from '@crm/shared/entities/quote'
import { type Actor, can } from '../core/actor.ts'
import { listRows } from '../core/list.ts'
import { startsWith } from '../db/dialect.ts'
import type { Read } from '../db/store.ts'

const PER_KIND = 5
/** What has a number that people read out to each other. */
const kinds = [
  { entity: order, prefix: 'DD' },
  { entity: contract, prefix: 'HT' },
  { entity: quote, prefix: 'BJ' },
] as const
/** `dd2026`, `DD202611-0007`, `202611-0007`: the beginning of a number, with or without its letters. */
const NUMBER = /^([a-z]{2})?(\d[\d-]{3,})$/i

/** Documents whose number begins with what was asked; of those the reader may see. A telephone number finds none: they have a month and a dash. */
export async function recordsNumbered(read: Read, actor: Actor, q: string): Promise<FoundRecord[]> {
  const [, letters, digits] = NUMBER.exec(q.trim()) ?? []
  if (!digits) return []
  const found: FoundRecord[] = []
  for (const { entity, prefix } of kinds) {
    if ((letters && letters.toUpperCase() !== prefix) || !can(actor, `${entity.name}.read`)) continue
    const { items } = await listRows(
      read,
      actor,
      entity,
      { size: PER_KIND, sort: '-number' },
      { where: [startsWith(`${entity.table}.number`, `${prefix}${digits}`)] },
    )
    for (const row of items)
      found.push({ kind: entity.name, id: row.id, number: row.number, customerName: row.customerName })
  }
  return found
}
