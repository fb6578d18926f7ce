import { dictionaries } from '@crm/shared/dictionaries'
import { entities, type EntityName } from '@crm/shared/entities/index'
import { writableFields } from '@crm/shared/kernel/endpoint'
import type { CreateOf, Entity, RowOf } from '@crm/shared/kernel/entity'
import type { Field } from '@crm/shared/kernel/field'
import { isRequired } from '@crm/shared/kernel/schema'
import type { Client } from './client.ts'

type Entities = typeof entities
type Values<N extends EntityName> = Partial<CreateOf<Entities[N]>> & Readonly<Record<string, unknown>>
/** `app.make.customer({ name: '…', ownerId })`: a row over POST, as `by` (the administrator unless said). */
export type Make = { [N in EntityName]: (values?: Values<N>, by?: Client) => Promise<RowOf<Entities[N]>> }

/** Something that fits the field; each text another one. */
function sample(key: string, field: Field, n: number): unknown {
  switch (field.kind) {
    case 'text':
    case 'longText':
      return key === 'username' ? `user${n}` : `${field.label}${n}`
    case 'option':
      return Object.keys(field.options)[0]
    case 'dict':
      return Object.keys(dictionaries[field.dictionary as keyof typeof dictionaries].items)[0]
    case 'flag':
      return false
    case 'day':
      return '2026-11-22'
    case 'instant':
      return '2026-11-22T01:00:00.000Z'
    case 'ref':
      throw new Error(`${key}: say which ${field.to}`)
    default:
      return Math.max(1, field.min ?? 1)
  }
}

/** Entities whose POST wants more than the fields. */
const besides: Readonly<Record<string, object>> = { user: { password: '新同事密码-2026' } }

export function maker(admin: Client): Make {
  let n = 0
  const make = async (entity: Entity, values: object = {}, by: Client = admin) => {
    n += 1
    const needed = Object.entries(writableFields(entity)).filter(
      ([key, field]) => isRequired(field) && !(key in values),
    )
    const body = {
      ...Object.fromEntries(needed.map(([key, field]) => [key, sample(key, field, n)])),
      ...besides[entity.name],
      ...values,
    }
    const { body: row, status } = await by.post(`/api/${entity.path}`, body)
    if (status !== 201) throw new Error(`POST /api/${entity.path}: ${status} ${JSON.stringify(row)}`)
    return row
  }
  return Object.fromEntries(
    Object.entries(entities).map(([name, entity]) => [
      name,
      (values?: object, by?: Client) => make(entity, values, by),
    ]),
  ) as unknown as Make
}
