import { interaction } from '@crm/shared/entities/interaction'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { CompiledQuery } from 'kysely'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField } from '../../../core/problem.ts'
import { containing } from '../../../core/rows/wordSearch.ts'
import type { Read } from '../../../db/store.ts'
import { interactions } from './interactions.ts'

type Asked = Readonly<Record<string, unknown>> & { readonly q?: string | undefined }

/** `q`: words of the text. They are read row by row, so a customer or a time must narrow the rows first. */
export function saying(query: Asked) {
  const isNarrow = query['customerId'] !== undefined || query['followedAtFrom'] !== undefined
  if (query.q?.trim() && !isNarrow) throw invalidField('q', '搜索跟进内容时请同时选客户或时间')
  return containing(interaction, ['text'], query.q)
}

export const listInteractions = (
  db: Read,
  actor: Actor,
  query: ListQuery,
  heavy?: <T>(query: CompiledQuery<T>) => Promise<T[]>,
) => interactions.list(db, actor, query, { ...(heavy && { heavy }), where: saying(query) })
