import { sql, type SqlBool } from 'kysely'
import type { DuplicateMatch } from '@crm/shared/contract/customers'
import { customer } from '@crm/shared/entities/customer'
import { cleanCreditCode } from '@crm/shared/rules/creditCode'
import { emailKey } from '@crm/shared/rules/email'
import { nameKey, SIMILAR_FROM, similarity } from '@crm/shared/rules/nameKey'
import { phoneDigits } from '@crm/shared/rules/phone'
import { type Actor, can } from '../../core/access/actor.ts'
import { both } from '../../core/rows/filters.ts'
import { problem } from '../../core/problem.ts'
import { visible } from '../../core/access/scope.ts'
import { matching } from '../../db/search.ts'
import type { Read, Tx } from '../../db/store.ts'
import { poolsFor, readCircle } from './pools/circle.ts'
import { queryTokens } from './searchTokens.ts'
import { askedBy } from './sharing/open.ts'

export interface Suspect {
  readonly name?: string | null | undefined
  readonly creditCode?: string | null | undefined
  readonly phones?: readonly (string | null | undefined)[]
  readonly email?: string | null | undefined
}
export type Found = Omit<DuplicateMatch, 'claimId' | 'asking'> & {
  readonly customerId: number
  readonly poolId: number | null
}

const MOST = 10
/** Rows a similarity check may look at: those that share the name's rarest-looking pieces. */
const MOST_SIMILAR = 300
const SHORTEST_SIMILAR = 4

/** Selects what a match may tell anyone: name, owner, state; the id only where the reader may open it. */
function suspects(db: Read | Tx, actor: Actor, exceptId: number | null) {
  return (
    (db as Tx)
      .selectFrom('customers') // unscoped: 查重 looks everywhere and tells name, owner and state only
      .leftJoin('users', 'users.id', 'customers.ownerId')
      .select([
        'customers.id',
        'customers.name',
        'customers.nameKey',
        'customers.creditCode',
        'customers.deletedAt',
        'customers.ownerId',
        'customers.poolId',
        'users.name as ownerName',
      ])
      .select(
        sql<number>`case when ${both([sql<SqlBool>`${sql.ref('customers.deletedAt')} is null`, visible(actor, customer, 'customer.read')])} then 1 else 0 end`.as(
          'open',
        ),
      )
      // What has become part of the record itself is no other one.
      .$if(exceptId !== null, (qb) =>
        qb
          .where('customers.id', '!=', exceptId!)
          .where((eb) => eb.or([eb('mergedIntoId', 'is', null), eb('mergedIntoId', '!=', exceptId!)])),
      )
  )
}
type Row = Awaited<ReturnType<ReturnType<typeof suspects>['execute']>>[number]
const isPooled = ({ deletedAt, ownerId, poolId }: Row) => deletedAt === null && ownerId === null && poolId !== null
const match = (
  row: Row,
  level: Found['level'],
  by: Found['by'],
  subject: Found['subject'] = 'customer',
  name = row.name,
): Found => ({
  level,
  by,
  subject,
  name,
  ownerName: row.ownerName,
  state: row.deletedAt ? 'recycled' : isPooled(row) ? 'pooled' : 'live',
  id: row.open === 1 ? row.id : null,
  customerId: row.id,
  poolId: isPooled(row) ? row.poolId : null,
})

/** 同一信用代码或同一名称键: a save is refused (or needs the override right). Looks everywhere, whatever the reader's rights. */
export async function blocks(
  db: Read | Tx,
  actor: Actor,
  { name, creditCode }: Suspect,
  exceptId: number | null = null,
): Promise<Found[]> {
  const found: Found[] = []
  if (creditCode) {
    const code = cleanCreditCode(creditCode)
    for (const row of await suspects(db, actor, exceptId)
      .where('customers.creditCode', '=', code)
      .limit(MOST)
      .execute())
      found.push(match(row, 'block', 'creditCode'))
  }
  if (name) {
    const rows = await suspects(db, actor, exceptId)
      .where('customers.nameKey', '=', nameKey(name))
      .limit(MOST)
      .execute()
    for (const row of rows) if (!found.some((f) => f.customerId === row.id)) found.push(match(row, 'block', 'name'))
  }
  return found
}

/** 同一电话或邮箱 warns. */
async function warnings(
  db: Read | Tx,
  actor: Actor,
  { phones = [], email }: Suspect,
  exceptId: number | null,
): Promise<Found[]> {
  const found: Found[] = []
  const digits = [...new Set(phones.flatMap((p) => (p ? (phoneDigits(p) ?? []) : [])))]
  if (digits.length > 0) {
    const rows = await suspects(db, actor, exceptId)
      .innerJoin('phoneNumbers', 'phoneNumbers.customerId', 'customers.id')
      // unscoped: 查重, as above
      .leftJoin('contacts', (join) =>
        join.onRef('contacts.id', '=', 'phoneNumbers.recordId').on('phoneNumbers.entity', '=', 'contact'),
      )
      .select(['phoneNumbers.entity', 'contacts.name as contactName'])
      .where('phoneNumbers.digits', 'in', digits)
      .limit(MOST)
      .execute()
    for (const row of rows)
      found.push(match(row, 'warn', 'phone', row.entity, row.contactName ? `${row.name}·${row.contactName}` : row.name))
  }
  const key = email ? emailKey(email) : null
  if (key) {
    const same = (table: 'customers' | 'contacts') => sql<SqlBool>`lower(${sql.ref(`${table}.email`)}) = ${key}`
    const own = await suspects(db, actor, exceptId).where(same('customers')).limit(MOST).execute()
    found.push(...own.map((row) => match(row, 'warn', 'email')))
    const people = await suspects(db, actor, exceptId)
      .innerJoin('contacts', 'contacts.customerId', 'customers.id') // unscoped: 查重, as above
      .select('contacts.name as contactName')
      .where(same('contacts'))
      .limit(MOST)
      .execute()
    found.push(...people.map((row) => match(row, 'warn', 'email', 'contact', `${row.name}·${row.contactName}`)))
  }
  return found
}

/** 名称相似 ≥ 0.8 hints. Candidates share the tokens of the key's first or last four characters. */
async function similar(db: Read | Tx, actor: Actor, { name }: Suspect, exceptId: number | null): Promise<Found[]> {
  const key = name ? nameKey(name) : ''
  const chars = [...key]
  if (chars.length < SHORTEST_SIMILAR) return []
  const half = Math.ceil(chars.length / 2)
  const pieces = [chars.slice(0, half), chars.slice(-half), chars.slice(1, half + 1)].map((piece) =>
    queryTokens(piece.join('')),
  )
  const near = new Map<number, Found & { likeness: number }>()
  for (const tokens of pieces) {
    const rows = await suspects(db, actor, exceptId)
      .where(
        sql<SqlBool>`${sql.ref('customers.id')} in (select id from (select ${sql.ref('id')} from ${sql.table('customers')} where id in ${matching(db, 'customerSearch', tokens)} limit ${sql.lit(MOST_SIMILAR)}) x)`,
      )
      .where('customers.nameKey', '!=', key)
      .execute()
    for (const row of rows) {
      const likeness = similarity(key, row.nameKey)
      if (likeness >= SIMILAR_FROM) near.set(row.id, { ...match(row, 'hint', 'similar'), likeness })
    }
  }
  return [...near.values()].sort((a, b) => b.likeness - a.likeness).map(({ likeness: _likeness, ...found }) => found)
}

/** Everything that may be the same customer, strongest first, each customer once; with ids that are not for everyone. */
export async function foundFor(
  db: Read | Tx,
  actor: Actor,
  suspect: Suspect,
  exceptId: number | null = null,
): Promise<Found[]> {
  const all = [
    ...(await blocks(db, actor, suspect, exceptId)),
    ...(await warnings(db, actor, suspect, exceptId)),
    ...(await similar(db, actor, suspect, exceptId)),
  ]
  const seen = new Set<number>()
  return all.filter(({ customerId }) => !seen.has(customerId) && seen.add(customerId)).slice(0, MOST)
}

/** The same as anyone may learn it. */
export const findDuplicates = async (
  db: Read | Tx,
  actor: Actor,
  suspect: Suspect,
  exceptId: number | null = null,
): Promise<DuplicateMatch[]> => disclosed(db, actor, await foundFor(db, actor, suspect, exceptId))

/** Somebody owns it, and the reader may not open it. */
export const mayBeAsked = ({ id, ownerName, state }: Found): boolean =>
  id === null && state === 'live' && ownerName !== null

/** The id of a row one may not open is as secret as the row, unless it may be claimed. */
async function disclosed(db: Read | Tx, actor: Actor, found: readonly Found[]): Promise<DuplicateMatch[]> {
  const isAny = can(actor, 'pool.claim') && found.some(({ poolId }) => poolId !== null)
  const pools = isAny ? poolsFor(await readCircle(db), actor).filter(({ active }) => active) : []
  const foreign = found.filter(mayBeAsked).map(({ customerId }) => customerId)
  const asked = actor.id === 0 ? null : await askedBy(db, actor, foreign)
  return found.map(({ customerId, poolId, ...rest }) => ({
    ...rest,
    customerId: rest.id === null ? null : customerId,
    claimId: pools.some(({ id }) => id === poolId) ? customerId : null,
    asking: asked === null || !foreign.includes(customerId) ? null : asked.has(customerId) ? 'asked' : 'may',
  }))
}

export async function duplicateProblem(db: Read | Tx, actor: Actor, found: readonly Found[]) {
  const { name, ownerName, state, by } = found[0]!
  const matches = await disclosed(db, actor, found)
  const inPool = matches[0]!.claimId === null ? '在公海里' : '在公海里,可以领取'
  const where =
    state === 'recycled' ? '在回收站里,可以恢复' : state === 'pooled' ? inPool : `负责人:${ownerName ?? '无'}`
  return problem(
    'duplicate',
    `${by === 'creditCode' ? '统一社会信用代码相同' : '名称相同'}的客户已存在:${name}(${where})`,
    {
      matches,
      errors: [{ field: by === 'creditCode' ? 'creditCode' : 'name', message: `已存在:${name}(${where})` }],
    },
  )
}
