import type { Side } from '@crm/shared/contract/duplicates'
import { customer } from '@crm/shared/entities/customer'
import { writableFields } from '@crm/shared/kernel/endpoint'
import type { RowOf } from '@crm/shared/kernel/entity'
import { isMany } from '@crm/shared/kernel/field'

export type Customer = RowOf<typeof customer>
type Pair = readonly [Customer, Customer]
/** What one chooses between; tags, collaborators and all that hangs on both are kept. */
export const choosable = Object.entries(writableFields(customer)).flatMap(([key, field]) =>
  isMany(field) ? [] : [{ key, label: field.label }],
)
/** These stay with the record that is kept, unless one says otherwise. */
const OF_SURVIVOR = new Set(['number', 'ownerId', 'status'])
const valueOf = (row: Customer, key: string): unknown => (row as unknown as Record<string, unknown>)[key] ?? null
const isEmpty = (value: unknown) => value === null || value === ''

/** Where the two say the same nothing need be chosen. */
export const differing = ([a, b]: Pair) => choosable.filter(({ key }) => valueOf(a, key) !== valueOf(b, key))

/** Whose limit of credit is the lower one; empty is no limit. */
export function lowerLimit([a, b]: Pair): number {
  const limitOf = (row: Customer) => row.creditFen ?? Number.POSITIVE_INFINITY
  return limitOf(a) <= limitOf(b) ? a.id : b.id
}

/** The id whose value is taken unless one says otherwise: the newer one's, if it has any; of limits of credit the lower one. */
export function suggested([a, b]: Pair, key: string, survivorId: number): number {
  if (key === 'creditFen') return lowerLimit([a, b])
  const [newer, older] = a.updatedAt >= b.updatedAt ? [a, b] : [b, a]
  if (OF_SURVIVOR.has(key)) {
    const [kept, other] = a.id === survivorId ? [a, b] : [b, a]
    return isEmpty(valueOf(kept, key)) ? other.id : kept.id
  }
  return isEmpty(valueOf(newer, key)) ? older.id : newer.id
}

/** As the request says it. */
export const fieldsOf = (
  pair: Pair,
  picks: Readonly<Record<string, number>>,
  survivorId: number,
): Record<string, Side> =>
  Object.fromEntries(
    differing(pair).map(({ key }) => [
      key,
      (picks[key] ?? suggested(pair, key, survivorId)) === survivorId ? 'this' : 'other',
    ]),
  )
