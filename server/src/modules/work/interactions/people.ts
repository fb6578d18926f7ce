import type { PersonsDay } from '@crm/shared/contract/interactions'
import { interaction } from '@crm/shared/entities/interaction'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { later } from '../../../core/clock.ts'
import { both, filtersOf } from '../../../core/rows/filters.ts'
import { invalidField } from '../../../core/problem.ts'
import { sightOf, visible } from '../../../core/access/scope.ts'
import { waysOf } from '../../../core/rows/ways.ts'
import type { Read } from '../../../db/store.ts'
import { saying } from './saying.ts'

/** A quarter: what a glance at people may count; longer spans are statistics. */
const LONGEST_MS = 100 * 24 * 3_600_000

interface Span {
  readonly followedAtFrom: string
  readonly followedAtTo: string
}

/** How much each person wrote in the span, the busiest first: only what the reader may see. */
export async function peopleOf(read: Read, actor: Actor, query: Span & ListQuery): Promise<{ items: PersonsDay[] }> {
  if (query.followedAtTo > later(query.followedAtFrom, LONGEST_MS))
    throw invalidField('followedAtTo', '最多统计 100 天')
  const sight = await sightOf(read, actor, interaction, 'interaction.read')
  // Asked anew each time, so usually from memory: there testing a day's rows one by one is the shorter way.
  const { count, isShort } = await waysOf(read, interaction, query, sight)
  const plan = isShort ? 'wide' : count
  const { rows } = await sql<{ authorId: number; authorName: string; kind: string; customerId: number; n: number }>`
    select ${sql.ref('authorId')}, (select u.name from users u where u.id = ${sql.ref('interactions.authorId')}) as ${sql.ref('authorName')},
      kind, ${sql.ref('customerId')}, count(*) as n
    from ${sql.table(interaction.table)} where ${both([
      sql<SqlBool>`${sql.ref('interactions.deletedAt')} is null`,
      visible(actor, interaction, 'interaction.read', { db: read, sight: { ...sight, plan } }),
      ...filtersOf(read, interaction, query),
      ...saying(query),
    ])} group by ${sql.ref('authorId')}, kind, ${sql.ref('customerId')}`.execute(read as never)
  const people = new Map<
    number,
    { authorName: string; count: number; customers: Set<number>; byKind: Map<string, number> }
  >()
  for (const { authorId, authorName, customerId, kind, n } of rows) {
    const one = people.get(authorId) ?? { authorName, count: 0, customers: new Set(), byKind: new Map() }
    people.set(authorId, one)
    one.count += Number(n)
    one.customers.add(customerId)
    one.byKind.set(kind, (one.byKind.get(kind) ?? 0) + Number(n))
  }
  const items = [...people].map(([authorId, { authorName, byKind, count, customers }]) => ({
    authorId,
    authorName,
    count,
    customerCount: customers.size,
    byKind: Object.fromEntries(byKind),
  }))
  return { items: items.sort((a, b) => b.count - a.count || a.authorId - b.authorId) }
}
