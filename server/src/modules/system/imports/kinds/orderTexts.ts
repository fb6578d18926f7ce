import { type Actor, can } from '../../../../core/access/actor.ts'
import { inIds } from '../../../../db/dialect.ts'
import type { Read, Tx } from '../../../../db/store.ts'
import { amongTexts } from '../amongTexts.ts'

export interface Good {
  readonly id: number
  readonly number: string
  readonly name: string
  readonly spec: string | null
}
/** Products of these numbers, and of these names. */
export async function goodsFor(db: Read | Tx, actor: Actor, texts: readonly string[]): Promise<readonly Good[]> {
  const all = [...new Set(texts)]
  if (all.length === 0 || !can(actor, 'product.read')) return []
  const by = (column: string) =>
    (db as Tx)
      .selectFrom('products')
      .select(['id', 'number', 'name', 'spec'])
      .where('deletedAt', 'is', null)
      .where(amongTexts(column, all))
      .execute()
  const found = [...(await by('products.number')), ...(await by('products.name'))]
  return [...new Map(found.map((row) => [row.id, row])).values()]
}
/** The one product that a text means: by its number, else by its name and then its specification. */
export function goodOf(goods: readonly Good[], text: string, spec: string | null): Good | 'several' | null {
  const exact = goods.find(({ number }) => number === text)
  if (exact) return exact
  const named = goods.filter(({ name }) => name === text)
  const alike = named.filter((good) => (good.spec ?? '') === (spec ?? ''))
  const [only, other] = alike.length > 0 ? alike : named
  return other ? 'several' : (only ?? null)
}

/** Contacts of these customers, by name. */
export const contactsFor = (db: Read | Tx, customerIds: readonly number[]) =>
  customerIds.length === 0
    ? Promise.resolve([])
    : (db as Tx)
        .selectFrom('contacts') // unscoped: of customers the importer sees
        .select(['id', 'customerId', 'name'])
        .where('deletedAt', 'is', null)
        .where(inIds(db, 'contacts.customerId', customerIds))
        .execute()
/** Contracts of these customers, by number or name. */
export const contractsFor = (db: Read | Tx, customerIds: readonly number[]) =>
  customerIds.length === 0
    ? Promise.resolve([])
    : (db as Tx)
        .selectFrom('contracts') // unscoped: of customers the importer sees
        .select(['id', 'customerId', 'number', 'title', 'state'])
        .where('deletedAt', 'is', null)
        .where(inIds(db, 'contracts.customerId', customerIds))
        .execute()

type Agreed = Awaited<ReturnType<typeof contractsFor>>[number]
/** The one contract of this customer that a text means, by its number, else by its name; or, in words, why there is none. */
export function contractOf(
  contracts: readonly Agreed[],
  customerId: number,
  text: string | undefined,
): Agreed | string | null {
  if (!text) return null
  const own = contracts.filter((one) => one.customerId === customerId)
  const numbered = own.filter(({ number }) => number === text)
  const named = own.filter(({ title }) => title === text)
  const standing = named.filter(({ state }) => state !== 'void')
  const [only = null, other] = [numbered, standing, named].find((list) => list.length > 0) ?? []
  if (other) return `这个客户有几份合同都叫“${text}”,请改写合同号`
  return only ?? `这个客户没有合同“${text}”`
}

/** Numbers of documents that are taken, wherever they lie: told is only that they are. */
export async function takenNumbers(db: Read | Tx, table: 'orders' | 'receipts', numbers: readonly string[]) {
  const all = [...new Set(numbers)]
  if (all.length === 0) return []
  return (db as Tx)
    .selectFrom(table) // unscoped: a number is taken wherever the document lies
    .select(['id', 'number', 'deletedAt', 'state'])
    .where(amongTexts(`${table}.number`, all))
    .execute()
}
