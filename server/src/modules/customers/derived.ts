import type { Tx } from '../../db/store.ts'
import { putTokens } from '../../db/search.ts'
import { nameKey } from '@crm/shared/rules/nameKey'
import { phoneDigits } from '@crm/shared/rules/phone'
import { codePoints } from '@crm/shared/text'
import { initials } from './pinyin.ts'
import { foldForSearch, rowTokens } from './searchTokens.ts'

interface CustomerFacts {
  readonly number?: string | null | undefined
  readonly name: string
  readonly shortName?: string | null | undefined
  readonly creditCode?: string | null | undefined
  readonly email?: string | null | undefined
  readonly phone?: string | null | undefined
}
interface ContactFacts {
  readonly name: string
  readonly email?: string | null | undefined
  readonly wechat?: string | null | undefined
  readonly mobile?: string | null | undefined
  readonly mobile2?: string | null | undefined
  readonly phone?: string | null | undefined
}
const present = (values: readonly (string | null | undefined)[]): string[] =>
  values.filter((v): v is string => Boolean(v))
const digitsOf = (phones: readonly (string | null | undefined)[]): string[] => [
  ...new Set(present(phones.map((p) => p && phoneDigits(p)))),
]
/** Folded and without blanks: who types 万科A finds 万  科Ａ. */
export const folded = (text: string): string => foldForSearch(text).replace(/\s+/g, '')
const lines = (values: readonly (string | null | undefined)[]): string => present(values).map(folded).join('\n')

/** The columns that follow from what people typed, so that they cannot drift from it. */
export function customerColumns(row: CustomerFacts) {
  const short = present([row.shortName])
  const spelt = [initials(row.name, 'company'), ...short.map((name) => initials(name, 'company'))].join(' ').trim()
  return {
    nameKey: nameKey(row.name),
    initials: spelt,
    nameFolded: folded(row.name),
    shortFolded: short.map(folded).join(''),
    nameLength: codePoints(row.name),
    searchText: `${lines([row.name, row.shortName, row.number, row.creditCode, row.email])}\n${spelt}`,
  }
}

export function contactColumns(row: ContactFacts) {
  const spelt = initials(row.name, 'person')
  return { initials: spelt, searchText: `${lines([row.name, row.email, row.wechat])}\n${spelt}` }
}

/** Rewrites the search tokens and numbers of a customer; in the transaction that wrote the row. Of a new row none are there yet. */
export async function indexCustomer(
  tx: Tx,
  id: number,
  row: CustomerFacts,
  columns: { initials: string },
  isNew = false,
): Promise<void> {
  const digits = digitsOf([row.phone])
  await putTokens(
    tx,
    'customerSearch',
    id,
    rowTokens({
      texts: present([row.name, row.shortName, row.number, row.creditCode, row.email]).map(folded),
      initials: columns.initials,
      digits,
    }),
    isNew,
  )
  await putNumbers(tx, { entity: 'customer', recordId: id, customerId: id }, digits, isNew)
}

export async function indexContact(
  tx: Tx,
  id: number,
  customerId: number,
  row: ContactFacts,
  columns: { initials: string },
  isNew = false,
): Promise<void> {
  const digits = digitsOf([row.mobile, row.mobile2, row.phone])
  await putTokens(
    tx,
    'contactSearch',
    id,
    rowTokens({ texts: present([row.name, row.email, row.wechat]).map(folded), initials: columns.initials, digits }),
    isNew,
  )
  await putNumbers(tx, { entity: 'contact', recordId: id, customerId }, digits, isNew)
}

async function putNumbers(
  tx: Tx,
  of: { entity: 'customer' | 'contact'; recordId: number; customerId: number },
  digits: readonly string[],
  isNew: boolean,
): Promise<void> {
  if (!isNew)
    await tx.deleteFrom('phoneNumbers').where('entity', '=', of.entity).where('recordId', '=', of.recordId).execute()
  if (digits.length === 0) return
  await tx
    .insertInto('phoneNumbers')
    .values(digits.map((d) => ({ ...of, digits: d, lastFour: d.slice(-4) })))
    .execute()
}
