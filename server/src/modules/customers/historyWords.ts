import type { HistoryEntry } from '@crm/shared/contract/customers'
import { customer } from '@crm/shared/entities/customer'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Field } from '@crm/shared/kernel/field'
import { formatYuan } from '@crm/shared/money'
import { regionName } from '@crm/shared/regions'
import { maskPhone } from '@crm/shared/rules/phone'
import { sql } from '../../db/sql.ts'
import type { Actor } from '../../core/access/actor.ts'
import type { Raw } from '../../core/rows/rows.ts'
import { visible } from '../../core/access/scope.ts'
import type { Read } from '../../db/store.ts'

export type Words = (field: Field, value: unknown) => string
type Changes = HistoryEntry['changes']

/** Which fields a step changed, as a person reads them. */
export function changesIn(entity: Entity, before: string | null, after: string | null, said: Words): Changes {
  const [old, now] = [before, after].map((text) => (text ? JSON.parse(text) : {}) as Raw) as [Raw, Raw]
  return Object.entries(entity.fields)
    .filter(([key]) => JSON.stringify(old[key] ?? null) !== JSON.stringify(now[key] ?? null))
    .map(([key, field]) => ({ label: field.label, before: said(field, old[key]), after: said(field, now[key]) }))
}

/** Values of this customer and its contacts in words; numbers masked unless the reader may read this customer's. */
export async function wordsFor(read: Read, actor: Actor, customerId: number): Promise<Words> {
  const { rows } = await sql`select 1 from ${sql.table(customer.table)} where ${sql.ref('customers.id')} = ${customerId}
    and ${visible(actor, customer, 'phone.read')}`.execute(read as never)
  const isOpen = rows.length > 0
  const names = await namesFor(read)
  return (field, value) => {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '—'
    if (field.mask && !isOpen) return maskPhone(String(value))
    return names(field, value)
  }
}

async function namesFor(read: Read): Promise<Words> {
  const [users, tags, items] = await Promise.all([
    read.selectFrom('users').select(['id', 'name']).execute(),
    read.selectFrom('tags').select(['id', 'name']).execute(),
    read.selectFrom('dictItems').select(['dictionary', 'code', 'label']).execute(),
  ])
  const byId = {
    user: new Map(users.map((u) => [u.id, u.name])),
    tag: new Map(tags.map((t) => [t.id, t.name])),
  } as Record<string, Map<number, string>>
  const labels = new Map(items.map((item) => [`${item.dictionary}/${item.code}`, item.label]))
  return (field, value) => {
    switch (field.kind) {
      case 'ref':
        return [value]
          .flat()
          .map((id) => byId[field.to]?.get(id as number) ?? String(id))
          .join('、')
      case 'dict':
        return labels.get(`${field.dictionary}/${String(value)}`) ?? String(value)
      case 'option':
        return field.options[String(value)] ?? String(value)
      case 'money':
        return formatYuan(value as number)
      case 'flag':
        return value ? '是' : '否'
      default:
        return field.kind === 'text' && field.format === 'region'
          ? (regionName(String(value)) ?? String(value))
          : String(value)
    }
  }
}
