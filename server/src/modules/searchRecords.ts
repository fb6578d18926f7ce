import type { FoundRecord } from '@crm/shared/contract/customers'
import { contract } from '@crm/shared/entities/contract'
import { delivery } from '@crm/shared/entities/delivery'
import { expense } from '@crm/shared/entities/expense'
import { invoice } from '@crm/shared/entities/invoice'
import { order } from '@crm/shared/entities/order'
import { quote } from '@crm/shared/entities/quote'
import { receipt } from '@crm/shared/entities/receipt'
import { type Actor, can } from '../core/access/actor.ts'
import { listRows } from '../core/rows/list.ts'
import { startsWith } from '../db/dialect.ts'
import type { Read } from '../db/store.ts'
import { listProducts } from './catalog/service.ts'
import { contractsTitled } from './contracts/agreements/service.ts'

const PER_KIND = 5
/** What has a number that people read out to each other, by the letters it begins with. */
const numbered = {
  HT: contract,
  DD: order,
  BJ: quote,
  SH: delivery,
  HK: receipt,
  FP: invoice,
  BX: expense,
} as const
/** `dd2026`, `DD202611-0007`, `202611-0007`: the beginning of a number, with or without its letters. */
const NUMBER = /^([a-z]{2})?(\d[\d-]{3,})$/i

/** What the box at the top finds besides customers and people; of that only what the reader may see. */
export async function recordsFor(read: Read, actor: Actor, q: string): Promise<FoundRecord[]> {
  const words = q.trim()
  if (words === '') return []
  const contracts = can(actor, 'contract.read') ? await contractsTitled(read, actor, words, PER_KIND) : []
  const documents = await recordsNumbered(read, actor, words)
  return [
    ...(await productsFor(read, actor, words)),
    ...contracts.filter(({ id }) => !documents.some((one) => one.kind === 'contract' && one.id === id)).map(asContract),
    ...documents,
  ]
}

const asContract = ({ customerName, id, number, title }: Omit<FoundRecord, 'kind'>): FoundRecord => ({
  kind: 'contract',
  id,
  number,
  title,
  customerName,
})

/** By name, initials, code, bar code or specification. */
async function productsFor(read: Read, actor: Actor, q: string): Promise<FoundRecord[]> {
  if (!can(actor, 'product.read')) return []
  const { items } = await listProducts(read, actor, { q, size: PER_KIND })
  return items.map(({ id, name, number, spec }) => ({
    kind: 'product',
    id,
    number: number ?? '',
    title: spec ? `${name} ${spec}` : name,
    customerName: null,
  }))
}

/** By the beginning of the number. A telephone number finds none: they have a month and a dash. */
async function recordsNumbered(read: Read, actor: Actor, q: string): Promise<FoundRecord[]> {
  const [, letters, digits] = NUMBER.exec(q) ?? []
  if (!digits) return []
  const found: FoundRecord[] = []
  for (const [prefix, entity] of Object.entries(numbered)) {
    if ((letters && letters.toUpperCase() !== prefix) || !can(actor, `${entity.name}.read`)) continue
    const { items } = await listRows(
      read,
      actor,
      entity,
      { size: PER_KIND, sort: '-number' },
      { where: [startsWith(`${entity.table}.number`, `${prefix}${digits}`)] },
    )
    for (const row of items)
      found.push({
        kind: entity.name,
        id: row.id,
        number: row.number,
        title: 'title' in row && entity.name === 'contract' ? row.title : null,
        customerName: row.customerName,
      })
  }
  return found
}
