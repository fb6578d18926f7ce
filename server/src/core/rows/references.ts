import type { Kysely } from 'kysely'
import { entityOf } from '@crm/shared/entities/index'
import type { Entity } from '@crm/shared/kernel/entity'
import type { FieldError } from '@crm/shared/kernel/check'
import { regionName } from '@crm/shared/regions'
import { sql } from '../../db/sql.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { invalid } from '../problem.ts'

type Values = Readonly<Record<string, unknown>>

async function missing(db: Read | Tx, to: Entity, ids: readonly number[]): Promise<boolean> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as n from ${sql.table(to.table)} where ${inIds(db, 'id', ids)} and ${sql.ref('deletedAt')} is null`.execute(
    db as Tx,
  )
  return Number(rows[0]!.n) < new Set(ids).size
}

/** 400 naming the field when a reference points nowhere, a dictionary lacks the item or a region does not exist. A value that was there before may stay, even switched off. */
export async function checkReferences(
  db: Read | Tx,
  entity: Entity,
  values: Values,
  before: Values = {},
): Promise<void> {
  const errors: FieldError[] = []
  for (const [key, field] of Object.entries(entity.fields)) {
    const value = values[key]
    if (value === undefined || value === null || value === before[key]) continue
    if (field.kind === 'text' && field.format === 'region') {
      if (regionName(value as string) === null)
        errors.push({ field: key, message: `${field.label}没有代码 ${String(value)}` })
    } else if (field.kind === 'ref') {
      const ids = Array.isArray(value) ? (value as number[]) : [value as number]
      if (ids.length > 0 && (await missing(db, entityOf(field.to), ids)))
        errors.push({ field: key, message: `${field.label}不存在` })
    } else if (field.kind === 'dict') {
      const known = await (db as unknown as Kysely<Record<string, Record<string, unknown>>>)
        .selectFrom(entityOf('dictItem').table)
        .select('id')
        .where('dictionary', '=', field.dictionary)
        .where('code', '=', value)
        .where('active', '=', 1)
        .executeTakeFirst()
      if (!known) errors.push({ field: key, message: `${field.label}没有“${String(value)}”这一项` })
    }
  }
  if (errors.length > 0) throw invalid(errors)
}
