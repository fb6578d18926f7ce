import type { BulkVerb } from '@crm/shared/contract/bulk'
import type { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { removeCustomer, transferCustomer, updateCustomer } from '../customers.ts'
import { readCircle } from '../pools/circle.ts'
import { put } from '../pools/release.ts'

export interface Wish {
  readonly ownerId?: number | null | undefined
  readonly poolId?: number | null | undefined
  readonly reason?: string | null | undefined
  readonly tagIds?: readonly number[] | null | undefined
  readonly tagMode?: 'add' | 'remove' | 'replace' | undefined
  readonly status?: RowOf<typeof customer>['status'] | null | undefined
}
/** Does it to one row, which the actor was shown; what is refused is thrown before anything is written. */
type Work = (tx: Tx, actor: Actor, row: RowOf<typeof customer>) => Promise<unknown>

const NAMED = { ownerId: ['users', '负责人'], poolId: ['pools', '公海'] } as const
/** Whoever and whatever the wish names must be there. */
export async function checkNamed(read: Read, wish: Wish): Promise<void> {
  for (const key of Object.keys(NAMED) as (keyof typeof NAMED)[]) {
    const [table, label] = NAMED[key]
    const id = wish[key] ?? null
    if (id === null) continue
    const found = await read.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()
    if (!found) throw invalidField(key, `${label}不存在`)
  }
}

/** What must be said for this verb. */
function said<K extends keyof Wish>(wish: Wish, key: K, message: string): NonNullable<Wish[K]> {
  const value = wish[key]
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0))
    throw invalidField(key, message)
  return value as NonNullable<Wish[K]>
}

function tagsAfter(before: readonly number[], tagIds: readonly number[], mode: Wish['tagMode']): number[] {
  if (mode === 'replace') return [...tagIds]
  if (mode === 'remove') return before.filter((id) => !tagIds.includes(id))
  return [...before, ...tagIds.filter((id) => !before.includes(id))]
}

/** Each verb does what the same act on a single customer does, with its rights, rules and audit. */
export async function workOf(read: Read, verb: BulkVerb, wish: Wish): Promise<Work> {
  switch (verb) {
    case 'assign': {
      const ownerId = said(wish, 'ownerId', '请选择新负责人')
      return async (tx, actor, { id, ownerId: now, version }) =>
        now === ownerId ? null : transferCustomer(tx, actor, id, { ownerId, version })
    }
    case 'release': {
      const into = { poolId: said(wish, 'poolId', '请选择公海'), reason: said(wish, 'reason', '请写明原因') }
      const circle = await readCircle(read)
      if (!circle.pools.some(({ id }) => id === into.poolId)) throw invalidField('poolId', '公海不存在或不是你的公海')
      return (tx, actor, { id }) => put(tx, actor, circle, id, into)
    }
    case 'tag': {
      const tagIds = wish.tagMode === 'replace' ? (wish.tagIds ?? []) : said(wish, 'tagIds', '请选择标签')
      return async (tx, actor, row) => {
        const after = tagsAfter(row.tagIds, tagIds, wish.tagMode)
        const isSame = after.length === row.tagIds.length && after.every((id) => row.tagIds.includes(id))
        return isSame ? null : updateCustomer(tx, actor, row.id, { version: row.version, tagIds: after })
      }
    }
    case 'status': {
      const status = said(wish, 'status', '请选择状态')
      return async (tx, actor, row) =>
        row.status === status ? null : updateCustomer(tx, actor, row.id, { version: row.version, status })
    }
    case 'remove':
      return (tx, actor, { id, version }) => removeCustomer(tx, actor, id, version)
    default: {
      const never: never = verb
      throw new Error(`unknown verb ${String(never)}`)
    }
  }
}
