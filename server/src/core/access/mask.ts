import type { RawBuilder } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Field } from '@crm/shared/kernel/field'
import { looksMasked, maskPhone } from '@crm/shared/rules/phone'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from './actor.ts'
import { invalid } from '../problem.ts'
import { visible } from './scope.ts'

type Mask = NonNullable<Field['mask']>
const masks = { phone: new WeakMap<Entity, readonly string[]>(), cost: new WeakMap<Entity, readonly string[]>() }
function fieldsUnder(mask: Mask, entity: Entity): readonly string[] {
  const known = masks[mask].get(entity)
  if (known) return known
  const found = Object.entries(entity.fields).flatMap(([key, field]) => (field.mask === mask ? [key] : []))
  masks[mask].set(entity, found)
  return found
}
export const maskedFields = (entity: Entity): readonly string[] => fieldsUnder('phone', entity)
/** What things cost, of a reader who may not know it. */
export const hiddenCosts = (actor: Actor, entity: Entity): readonly string[] =>
  can(actor, 'product.cost') ? [] : fieldsUnder('cost', entity)

/** Whoever may not know costs gets them as empty, and writing back that emptiness changes nothing. */
export function withoutCosts<P extends Record<string, unknown>>(actor: Actor, entity: Entity, patch: P): P {
  const hidden = hiddenCosts(actor, entity).filter((key) => patch[key] !== undefined)
  if (hidden.length === 0) return patch
  const given = hidden.filter((key) => patch[key] !== null)
  if (given.length > 0)
    throw invalid(given.map((field) => ({ field, message: `没有填写${entity.fields[field]!.label}的权限` })))
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !hidden.includes(key))) as P
}

/** Whether the actor may read a row's numbers: 1 or 0 where all rows are alike, else an expression that says so for each. */
export function numbersReadable(
  actor: Actor,
  entity: Entity,
): { readonly constant: 0 | 1; readonly sql?: RawBuilder<number> } {
  const reach = actor.grants.get('phone.read')
  if (reach === 'all' || maskedFields(entity).length === 0) return { constant: 1 }
  if (reach === undefined) return { constant: 0 }
  return { constant: 0, sql: sql<number>`case when ${visible(actor, entity, 'phone.read')} then 1 else 0 end` }
}

/** The row with its numbers masked, unless they may be read. */
export function masked<R extends Record<string, unknown>>(entity: Entity, row: R, readable: boolean): R {
  if (readable) return row
  const hidden = maskedFields(entity).filter((key) => typeof row[key] === 'string')
  return hidden.length === 0
    ? row
    : Object.assign({}, row, Object.fromEntries(hidden.map((key) => [key, maskPhone(row[key] as string)])))
}

/** A masked value written back is no change: it is dropped from the patch, so it never overwrites the real number. */
export function withoutMasks<P extends Record<string, unknown>>(
  entity: Entity,
  patch: P,
  stored: Record<string, unknown>,
): P {
  const kept: Record<string, unknown> = { ...patch }
  for (const key of maskedFields(entity)) {
    const given = kept[key]
    if (typeof given !== 'string' || !looksMasked(given)) continue
    if (typeof stored[key] === 'string' && maskPhone(stored[key]) === given) delete kept[key]
    else throw invalid([{ field: key, message: `${entity.fields[key]!.label}不能含有 *` }])
  }
  return kept as P
}
