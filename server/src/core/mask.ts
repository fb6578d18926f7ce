import { type RawBuilder, sql } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import { looksMasked, maskPhone } from '@crm/shared/rules/phone'
import type { Actor } from './actor.ts'
import { invalid } from './problem.ts'
import { visible } from './scope.ts'

const masks = new WeakMap<Entity, readonly string[]>()
export function maskedFields(entity: Entity): readonly string[] {
  const known = masks.get(entity)
  if (known) return known
  const found = Object.entries(entity.fields).flatMap(([key, field]) => (field.mask ? [key] : []))
  masks.set(entity, found)
  return found
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
