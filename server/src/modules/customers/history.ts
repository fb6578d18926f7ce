import type { HistoryEntry } from '@crm/shared/contract/customers'
import { customer } from '@crm/shared/entities/customer'
import type { Field } from '@crm/shared/kernel/field'
import { formatYuan } from '@crm/shared/money'
import { regionName } from '@crm/shared/regions'
import { maskPhone } from '@crm/shared/rules/phone'
import { type Actor, can } from '../../core/actor.ts'
import type { Raw } from '../../core/rows.ts'
import type { Read } from '../../db/store.ts'
import { customers } from './customers.ts'

const MOST = 200
type Names = (key: string, field: Field, value: unknown) => string

/** What happened to the customer itself, newest first, in words; numbers masked unless the reader may read all numbers. */
export async function historyOf(read: Read, actor: Actor, id: number): Promise<{ items: HistoryEntry[] }> {
  const row = await customers.find(read, actor, id)
  const entries = await read
    .selectFrom('auditLog')
    .select(['id', 'at', 'actorName', 'action', 'before', 'after', 'note'])
    .where('entity', '=', 'customer')
    .where('recordId', '=', id)
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute()
  const names = await namesFor(read)
  // The row's own number tells whether this reader sees numbers here.
  const open = can(actor, 'phone.read') && !(row.phone ?? '').includes('*')
  const said: Names = (key, field, value) => {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '—'
    if (field.mask && !open) return maskPhone(String(value))
    return names(key, field, value)
  }
  return {
    items: entries.map(({ before, after, note, ...entry }) => ({
      ...entry,
      changes: [
        ...changes(before ? JSON.parse(before) : {}, after ? JSON.parse(after) : {}, said),
        ...(note ? [{ label: '说明', before: '—', after: note }] : []),
      ],
    })),
  }
}

function changes(before: Raw, after: Raw, said: Names) {
  return Object.entries(customer.fields as Record<string, Field>)
    .filter(([key]) => JSON.stringify(before[key] ?? null) !== JSON.stringify(after[key] ?? null))
    .map(([key, field]) => ({
      label: field.label,
      before: said(key, field, before[key]),
      after: said(key, field, after[key]),
    }))
}

async function namesFor(read: Read): Promise<Names> {
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
  return (_key, field, value) => {
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
