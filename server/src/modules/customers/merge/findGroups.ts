import type { CompiledQuery, RawBuilder } from 'kysely'
import type { DuplicateKind } from '@crm/shared/contract/duplicates'
import { sql } from '../../../db/sql.ts'
import type { Store, Tx } from '../../../db/store.ts'
import { similarGroups } from './similarGroups.ts'

export interface Member {
  readonly customerId: number
  readonly contactId: number | null
}
export interface Found {
  readonly kind: DuplicateKind
  /** As it is compared. */
  readonly shared: string
  readonly members: readonly Member[]
}
interface Row extends Member {
  readonly key: string
}
const KEYS_AT_ONCE = 5_000
const IDS_AT_ONCE = 2_000

const ref = (name: string) => sql.ref(name)
/** Live and recycled, but not what has been merged already. */
const standing = sql`${ref('c.mergedIntoId')} is null`
const all = sql`${sql.table('customers')} c`

/** Rows per value that more than one customer has, in the order of the values. */
const ofColumn = (column: 'creditCode' | 'nameKey') => {
  const value = ref(`c.${column}`)
  return sql<Row>`select ${value} as ${ref('key')}, c.id as ${ref('customerId')}, null as ${ref('contactId')} from ${all}
    where ${standing} and ${value} in (select ${value} from ${all} where ${standing} and ${value} is not null group by ${value} having count(*) > 1)
    order by 1, 2`
}
const ofRows = (rows: RawBuilder<unknown>) =>
  sql<Row>`with spread as (${rows}) select ${ref('key')}, ${ref('customerId')}, min(${ref('contactId')}) as ${ref('contactId')} from spread
    where ${ref('key')} in (select ${ref('key')} from spread group by ${ref('key')} having count(distinct ${ref('customerId')}) > 1)
    group by ${ref('key')}, ${ref('customerId')} order by 1, 2`

const queries: Readonly<Record<Exclude<DuplicateKind, 'similar'>, () => RawBuilder<Row>>> = {
  creditCode: () => ofColumn('creditCode'),
  name: () => ofColumn('nameKey'),
  phone: () =>
    ofRows(sql`select p.digits as ${ref('key')}, ${ref('p.customerId')}, case when p.entity = 'contact' then ${ref('p.recordId')} end as ${ref('contactId')}
      from ${sql.table('phoneNumbers')} p join ${all} on c.id = ${ref('p.customerId')} where ${standing}`),
  email: () =>
    ofRows(sql`select lower(c.email) as ${ref('key')}, c.id as ${ref('customerId')}, null as ${ref('contactId')} from ${all}
      where ${standing} and c.email is not null and c.email <> ''
      union all select lower(p.email), ${ref('p.customerId')}, p.id from ${sql.table('contacts')} p join ${all} on c.id = ${ref('p.customerId')}
      where ${standing} and p.email is not null and p.email <> ''`),
}
export const exactKinds = Object.keys(queries) as (keyof typeof queries)[]

function compiled<T>(store: Store, query: RawBuilder<T>): CompiledQuery<T> {
  return query.compile(store.read as unknown as Tx)
}

/** The list of a key, a new one at first. */
function listed<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

/** 同一信用代码、名称、电话或邮箱: one look at the database each, where slow reads are made. */
export async function sameValue(store: Store, kind: keyof typeof queries): Promise<Found[]> {
  const found = new Map<string, Member[]>()
  for (const { key, customerId, contactId } of await store.heavy(compiled(store, queries[kind]())))
    listed(found, key).push({ customerId, contactId })
  return [...found].map(([shared, members]) => ({ kind, shared, members }))
}

/** 名称相似: the names go to a thread of their own, groups of them come back. */
export async function similarNames(store: Store): Promise<Found[]> {
  const keys: string[] = []
  async function* parts() {
    for (let last = ''; ;) {
      const rows = await store.heavy(
        compiled(
          store,
          sql<{ key: string }>`select distinct ${ref('c.nameKey')} as ${ref('key')} from ${all}
            where ${standing} and ${ref('c.nameKey')} > ${last} order by 1 limit ${sql.lit(KEYS_AT_ONCE)}`,
        ),
      )
      if (rows.length === 0) return
      const part = rows.map(({ key }) => key)
      keys.push(...part)
      last = part.at(-1)!
      yield part
    }
  }
  const groups = await similarGroups(parts())
  const ids = await idsOf(
    store,
    [...new Set(groups.flat())].map((at) => keys[at]!),
  )
  return groups.map((group) => ({
    kind: 'similar',
    shared: keys[group[0]!]!,
    members: group
      .flatMap((at) => ids.get(keys[at]!) ?? [])
      .toSorted((a, b) => a - b)
      .map((customerId) => ({ customerId, contactId: null })),
  }))
}

async function idsOf(store: Store, keys: readonly string[]): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>()
  for (let at = 0; at < keys.length; at += IDS_AT_ONCE) {
    const some = keys.slice(at, at + IDS_AT_ONCE)
    const rows = await store.heavy(
      compiled(
        store,
        sql<{ id: number; key: string }>`select c.id, ${ref('c.nameKey')} as ${ref('key')} from ${all}
          where ${standing} and ${ref('c.nameKey')} in (${sql.join(some)}) order by c.id`,
      ),
    )
    for (const { id, key } of rows) listed(found, key).push(id)
  }
  return found
}
