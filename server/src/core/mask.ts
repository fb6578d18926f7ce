import { type RawBuilder, sql } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import { looksMasked, maskPhone } from '@crm/shared/rules/phone'
import type { Actor } from './actor.ts'
import { invalid } from './problem.ts'
import { visible } from './scope.ts'

export const maskedFields = (entity: Entity): string[] => Object.entries(entity.fields).filter(([, f]) => f.mask).map(([key]) => key)

/** 1 where the actor may read this row's numbers, as an expression; a constant where all rows are alike. */
export function numbersReadable(actor: Actor, entity: Entity): RawBuilder<number> {
  const reach = actor.grants.get('phone.read')
  if (maskedFields(entity).length === 0 || reach === 'all') return sql.lit(1)
  if (reach === undefined) return sql.lit(0)
  return sql<number>`case when ${visible(actor, entity, 'phone.read')} then 1 else 0 end`
}

/** The row with its numbers masked, unless they may be read. */
export function masked<R extends Record<string, unknown>>(entity: Entity, row: R, readable: boolean): R {
  if (readable) return row
  const hidden = maskedFields(entity).filter((key) => typeof row[key] === 'string')
  return hidden.length === 0 ? row : { ...row, ...Object.fromEntries(hidden.map((key) => [key, maskPhone(row[key] as string)])) }
}

/** A masked value written back is no change: it is dropped from the patch, so it never overwrites the real number. */
export function withoutMasks<P extends Record<string, unknown>>(entity: Entity, patch: P, stored: Record<string, unknown>): P {
  const kept: Record<string, unknown> = { ...patch }
  for (const key of maskedFields(entity)) {
    const given = kept[key]
    if (typeof given !== 'string' || !looksMasked(given)) continue
    if (typeof stored[key] === 'string' && maskPhone(stored[key]) === given) delete kept[key]
    else throw invalid([{ field: key, message: `${entity.fields[key]!.label}不能含有 *` }])
  }
  return kept as P
}
