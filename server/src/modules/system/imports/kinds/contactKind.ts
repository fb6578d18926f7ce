import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import { nameKey } from '@crm/shared/rules/nameKey'
import { phoneDigits } from '@crm/shared/rules/phone'
import { sql } from '../../../../db/sql.ts'
import { type Actor, can } from '../../../../core/access/actor.ts'
import { visible } from '../../../../core/access/scope.ts'
import { inIds } from '../../../../db/dialect.ts'
import type { Read, Tx } from '../../../../db/store.ts'
import { createContact, updateContact, withdrawContact } from '../../../customers/service.ts'
import { amongTexts } from '../amongTexts.ts'
import { complain } from '../complaints.ts'
import type { Converted } from '../convert.ts'
import type { Existing, Finding, Kind, Repeat } from '../kind.ts'

interface Parent {
  readonly id: number
  readonly name: string
  readonly number: string
  readonly nameKey: string
  readonly mayCreate: number
}
type Values = Readonly<Record<string, unknown>>
const PHONES = ['mobile', 'mobile2', 'phone'] as const
export const digitsOf = (values: Values) =>
  PHONES.flatMap((name) => (typeof values[name] === 'string' ? (phoneDigits(values[name]) ?? []) : []))
/** Two 张伟 of one customer are two people when both have numbers and share none. */
export const mayBeOne = (a: readonly string[], b: readonly string[]) =>
  a.length === 0 || b.length === 0 || a.some((digits) => b.includes(digits))

const uniqueTexts = (rows: readonly Converted[]) => [...new Set(rows.flatMap(({ customer }) => customer ?? []))]

/** The customers that the texts may mean, among those the importer sees. */
export async function parentsFor(
  db: Read | Tx,
  actor: Actor,
  texts: readonly string[],
  permission: string,
): Promise<Parent[]> {
  const named = (column: string, values: readonly string[]) =>
    (db as Tx)
      .selectFrom('customers') // unscoped: visible() below is the scope
      .select(['customers.id', 'customers.name', 'customers.number', 'customers.nameKey'])
      .select(sql<number>`case when ${visible(actor, customer, permission)} then 1 else 0 end`.as('mayCreate'))
      .where('customers.deletedAt', 'is', null)
      .where(visible(actor, customer, 'customer.read'))
      .where(amongTexts(column, values))
      .execute()
  if (texts.length === 0) return []
  return [
    ...(await named('customers.number', texts)),
    ...(await named('customers.nameKey', [...new Set(texts.map(nameKey))])),
  ]
}

/** By number, then by the exact name, then by the only customer of that name key. */
export function chosen(parents: readonly Parent[], text: string): Parent | 'several' | null {
  const exact = parents.find(({ number }) => number === text) ?? parents.find(({ name }) => name === text)
  if (exact) return exact
  const alike = new Map(
    parents.filter((parent) => parent.nameKey === nameKey(text)).map((parent) => [parent.id, parent]),
  )
  return alike.size > 1 ? 'several' : ([...alike.values()][0] ?? null)
}

type Known = Existing & { readonly customerId: number; readonly digits: readonly string[] }

export async function namesakes(
  db: Read | Tx,
  actor: Actor,
  customerIds: readonly number[],
  names: readonly string[],
): Promise<Known[]> {
  if (customerIds.length === 0 || names.length === 0) return []
  const rows = await (db as Tx)
    .selectFrom('contacts') // unscoped: their customers were found within the importer's scope
    .select([
      'contacts.id',
      'contacts.name',
      'contacts.customerId',
      'contacts.mobile',
      'contacts.mobile2',
      'contacts.phone',
    ])
    .select(sql<number>`case when ${visible(actor, contact, 'contact.update')} then 1 else 0 end`.as('mayUpdate'))
    .where('contacts.deletedAt', 'is', null)
    .where(inIds(db, 'contacts.customerId', customerIds))
    .where(amongTexts('contacts.name', names))
    .execute()
  return rows.map((row) => ({
    id: row.id,
    title: row.name,
    about: '同一客户',
    ownerId: null,
    mayUpdate: row.mayUpdate === 1,
    customerId: row.customerId,
    digits: digitsOf(row),
  }))
}

function parentOf(parents: readonly Parent[], row: Converted): Finding {
  const text = row.customer
  if (text === null) return { problems: [complain(`${contact.fields.customerId.label}不能为空`)] }
  const parent = chosen(parents, text)
  if (parent === 'several') return { problems: [complain(`有几个客户的名称都像“${text}”,请改写客户编号`)] }
  if (!parent) return { problems: [complain(`找不到客户“${text}”,请先导入这个客户或改写客户编号`)] }
  return parent.mayCreate === 1
    ? { values: { customerId: parent.id } }
    : { values: { customerId: parent.id }, problems: [complain(`没有给客户“${text}”新建联系人的权限`)] }
}

export const contactKind: Kind = {
  entity: contact,

  async meet(db, actor, rows) {
    const parents = await parentsFor(db, actor, uniqueTexts(rows), 'contact.create')
    const found = new Map(rows.map((row) => [row.id, parentOf(parents, row)]))
    const ids = new Set([...found.values()].flatMap(({ values }) => (values ? [values['customerId'] as number] : [])))
    const names = new Set(rows.flatMap(({ values }) => (typeof values['name'] === 'string' ? [values['name']] : [])))
    const known = await namesakes(db, actor, [...ids], [...names])
    return (row) => {
      const finding = found.get(row.id)!
      const digits = digitsOf(row.values)
      const same = known.find(
        ({ customerId, title, digits: theirs }) =>
          customerId === finding.values?.['customerId'] && title === row.values['name'] && mayBeOne(digits, theirs),
      )
      return same ? { ...finding, same, reason: '姓名相同' } : finding
    }
  },

  memory() {
    const seen = new Map<string, { rowNumber: number; digits: readonly string[] }[]>()
    return (row, { values }): Repeat | null => {
      const key = `${String(values?.['customerId'])}/${String(row.values['name'])}`
      const digits = digitsOf(row.values)
      const before = seen.get(key) ?? []
      const twin = before.find((other) => mayBeOne(digits, other.digits))
      seen.set(key, [...before, { rowNumber: row.rowNumber, digits }])
      return twin ? { rowNumber: twin.rowNumber, reason: '姓名相同', same: true, exclusive: false } : null
    }
  },

  refusals(actor, values, existing) {
    if (existing) return []
    const noName = values['name'] === undefined ? [complain(`${contact.fields.name.label}不能为空`)] : []
    return can(actor, 'contact.create') ? noName : [complain('没有新建联系人的权限'), ...noName]
  },

  create: (tx, actor, values) => createContact(tx, actor, values as Parameters<typeof createContact>[2]),
  update: (tx, actor, id, patch) => updateContact(tx, actor, id, patch as Parameters<typeof updateContact>[3]),
  withdraw: withdrawContact,
}
