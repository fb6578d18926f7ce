import type { Expression, SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import { containsText } from '../../db/dialect.ts'
import { both } from './filters.ts'

/** `q` for small tables without a search index: one of the columns contains it literally. */
export function containing(entity: Entity, keys: readonly string[], q: string | undefined): Expression<SqlBool>[] {
  const words = q?.trim()
  return words
    ? [
        both(
          keys.map((key) => containsText(`${entity.table}.${key}`, words)),
          'or',
        ),
      ]
    : []
}
