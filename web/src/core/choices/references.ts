import { contacts, customers } from '@crm/shared/contract/customers'
import type { Endpoint, Page } from '@crm/shared/kernel/endpoint'
import { type Field, nameBeside } from '@crm/shared/kernel/field'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Shape } from '@crm/shared/kernel/schema'
import type { Choice, ChoiceValue } from './choices'
import { call } from '../server/client'

/** Finds candidates as one types. */
export type Search = (text: string) => Promise<Choice[]>
type NamedList = Endpoint<{ query: ListQuery }, Page<{ id: number; name: string }>>
const MOST_OFFERED = 20

/** Rows of a list by what is typed, `fixed` always asked with it. */
export const searchIn =
  (list: NamedList, fixed: () => ListQuery = () => ({})): Search =>
  async (text) => {
    const q = text.trim() ? { q: text.trim() } : {}
    const { items } = await call(list, { query: { ...fixed(), ...q, size: MOST_OFFERED, fields: ['name'] } })
    return items.map(({ id, name }) => ({ value: id, label: name }))
  }
export const findCustomers = searchIn(customers.list)
/** The people of the customer that stands in a form; of nobody while none does. */
export const findContactsOf = (customerId: () => unknown): Search => {
  const find = searchIn(contacts.list, () => ({ customerId: String(customerId()) }))
  return async (text) => (customerId() ? find(text) : [])
}

/** Products still sold, told apart by their specification and number. */
export const findProducts: Search = async (text) => {
  const q = text.trim() ? { q: text.trim() } : {}
  const fields = ['name', 'spec', 'number']
  const { products } = await import('@crm/shared/contract/products')
  const { items } = await call(products.list, { query: { ...q, active: true, size: MOST_OFFERED, fields } })
  return items.map(({ id, name, number, spec }) => ({
    value: id,
    label: [name, spec, number].filter(Boolean).join(' · '),
  }))
}

/** References too large to list that a form finds by itself; contacts hang on a customer: their form says whose. */
const searches: Readonly<Record<string, Search>> = { customer: findCustomers, product: findProducts }
const hints: Readonly<Record<string, string>> = {
  customer: '输入名称、拼音首字母或编号',
  contact: '输入姓名',
  product: '输入名称、规格、编号或拼音首字母',
}
export const searchOf = (field: Field): Search | undefined => (field.kind === 'ref' ? searches[field.to] : undefined)
export const hintOf = (field: Field): string | undefined => (field.kind === 'ref' ? hints[field.to] : undefined)

/** What the row's own references are called, by field. */
export function namesIn(fields: Shape, row: Readonly<Record<string, unknown>>): Record<string, readonly Choice[]> {
  const refs = Object.entries(fields).filter(([, node]) => node.kind === 'ref')
  return Object.fromEntries(
    refs.map(([key]) => {
      const [ids, names] = [[row[key] ?? []].flat(), [row[nameBeside(key)] ?? []].flat()]
      return [key, ids.map((id, at) => ({ value: id as ChoiceValue, label: String(names[at] ?? id) }))]
    }),
  )
}
