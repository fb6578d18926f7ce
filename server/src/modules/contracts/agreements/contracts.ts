import type {
  Contract,
  ContractCreate,
  ContractDetail,
  ContractRow,
  ContractUpdate,
  Instalments,
} from '@crm/shared/contract/contracts'
import { contract as entity, type ContractState, contractStates } from '@crm/shared/entities/contract'
import { addDays } from '@crm/shared/days'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { type Expiry, EXPIRING_STATES, SOON_DAYS } from '@crm/shared/rules/contractExpiry'
import { isContractOpen } from '@crm/shared/rules/contractMoves'
import { unknownPlaceholders } from '@crm/shared/rules/contractText'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import { type Actor, can } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { both } from '../../../core/rows/filters.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import { freeNumber } from '../../../core/rows/sequence.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { moveRemindersOf, named, ofOwners, partiesOf } from '../../customers/service.ts'
import { approvalsOf } from '../../system/approvals/service.ts'
import { moveDocumentsOf } from '../documents/service.ts'
import { checkCustomerChange, checkNoOrders } from '../moving.ts'
import { revisionsOf } from './revisions.ts'
import { indexTitle } from './titled.ts'

export const contracts = crud(entity)

/** `expiry=soon,expired`: the derived flag of shared/rules/contractExpiry, in SQL. */
function ofExpiry(asked: unknown, today: string): Expression<SqlBool>[] {
  if (!Array.isArray(asked) || asked.length === 0) return []
  const endOn = sql.ref('contracts.endOn')
  const states = sql.join(EXPIRING_STATES.map((state) => sql.lit(state)))
  const ends: Readonly<Record<Expiry, Expression<SqlBool>>> = {
    expired: sql<SqlBool>`${endOn} < ${today}`,
    soon: sql<SqlBool>`(${endOn} >= ${today} and ${endOn} <= ${addDays(today, SOON_DAYS)})`,
  }
  const any = both(
    (asked as Expiry[]).map((expiry) => ends[expiry]),
    'or',
  )
  return [sql<SqlBool>`(${sql.ref('contracts.state')} in (${states}) and ${any})`]
}

export async function listContracts(
  db: Read | Tx,
  actor: Actor,
  { customerOwnerId, expiry, teamOfCustomer, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Contract>> {
  const page = await contracts.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofOwners(entity, { customerOwnerId, teamOfCustomer }),
      ...ofExpiry(expiry, actor.today),
      ...named(entity, ['number', 'title'], query.q),
    ],
  })
  const plans = await plansOf(
    db,
    actor,
    page.items.map(({ id }) => id),
  )
  return { ...page, items: page.items.map((row) => ({ ...row, ...paidOf(plans, row.id) })) }
}

interface Plan extends Instalments {
  readonly receivedFen: number
}
const NO_PLAN: Plan = { receivedFen: 0, settled: 0, all: 0 }
const paidOf = (plans: ReadonlyMap<number, Plan> | null, id: number): Pick<Contract, 'receivedFen' | 'instalments'> => {
  const { receivedFen, ...instalments } = plans?.get(id) ?? NO_PLAN
  return plans ? { receivedFen, instalments } : { receivedFen: null, instalments: null }
}

/** What came in of contracts that were shown, their orders included, and how many instalments it settled; null where the reader may not see receivables. */
async function plansOf(db: Read | Tx, actor: Actor, ids: readonly number[]): Promise<ReadonlyMap<number, Plan> | null> {
  if (!can(actor, 'receivable.read')) return null
  if (ids.length === 0) return new Map()
  const name = sql.ref
  // unscoped: of contracts that were shown. An instalment that is not owed yet is one of the plan all the same.
  const { rows } = await sql<{ id: number; fen: number; settled: number; all: number }>`select
      coalesce(r.${name('contractId')}, o.${name('contractId')}) as id, sum(coalesce(e.${name('receivedFen')}, 0)) as fen,
      sum(case when e.${name('openFen')} <= 0 then 1 else 0 end) as settled, count(*) as ${name('all')}
    from ${sql.table('receivables')} r left join ${sql.table('effectiveReceivables')} e on e.id = r.id
      left join ${sql.table('orders')} o on o.id = r.${name('orderId')}
    where r.${name('voidedOn')} is null and r.${name('deletedAt')} is null
      and (${inIds(db, 'r.contractId', ids)} or (r.${name('contractId')} is null and ${inIds(db, 'o.contractId', ids)}))
    group by 1`.execute(db as Tx)
  const plan = ({ all, fen, settled }: (typeof rows)[number]): Plan => ({
    receivedFen: Number(fen),
    settled: Number(settled),
    all: Number(all),
  })
  return new Map(rows.map((row) => [row.id, plan(row)]))
}

/** With its versions and who agreed to them, for an actor who was let to it. */
export async function detailOf(db: Read | Tx, actor: Actor, row: ContractRow): Promise<ContractDetail> {
  return {
    ...row,
    ...paidOf(await plansOf(db, actor, [row.id]), row.id),
    revisions: await revisionsOf(db, row.id),
    approvals: await approvalsOf(db, ['contract', 'contractChange'], row.id),
  }
}

export const findContract = async (db: Read | Tx, actor: Actor, id: number): Promise<ContractDetail> =>
  detailOf(db, actor, await contracts.find(db, actor, id))

/** What no version of a contract may say. */
export function checkTerms({ body, endOn, startOn }: Pick<ContractRow, 'body' | 'endOn' | 'startOn'>): void {
  if (startOn && endOn && endOn < startOn) throw invalidField('endOn', '结束日期不能早于开始日期')
  checkPlaceholders(body ?? '')
}
export function checkPlaceholders(text: string): void {
  const unknown = unknownPlaceholders(text)
  if (unknown.length > 0)
    throw invalidField('body', `正文里有不认识的占位符:${unknown.map((name) => `{{${name}}}`).join('、')}`)
}

/** `number`: it had one before it came here. */
export async function createContract(
  tx: Tx,
  actor: Actor,
  body: ContractCreate,
  number: string | null = null,
): Promise<ContractDetail> {
  await contracts.checkParent(tx, actor, { ...body }, 'contract.create')
  const parties = await partiesOf(tx, actor, body)
  checkTerms({ body: body.body ?? null, startOn: body.startOn ?? null, endOn: body.endOn ?? null })
  const row = await contracts.create(
    tx,
    actor,
    { ...body, ownerId: parties.ownerId },
    {
      number: number ?? (await freeNumber(tx, 'HT', actor.today, entity.table)),
      state: 'draft',
      revision: 1,
      teamId: parties.teamId,
    },
  )
  await indexTitle(tx, row.id, row.title, true)
  return detailOf(tx, actor, row)
}

const mustBeOpen = (state: ContractState, what: string) => {
  if (!isContractOpen(state)) throw problem('illegal_move', `合同${contractStates[state]},不能${what}`)
}

/** Only a draft is rewritten; afterwards a change is proposed. */
export async function updateContract(tx: Tx, actor: Actor, id: number, patch: ContractUpdate): Promise<ContractDetail> {
  await contracts.reach(tx, actor, id, 'contract.update')
  const before = (await storedRow(tx, entity, id)) as unknown as ContractRow
  mustBeOpen(before.state, '直接修改,请提出变更')
  const after = { ...before, ...patch } as ContractRow
  const isMoved = ['customerId', 'contactId', 'ownerId'].some((key) => Object.hasOwn(patch, key))
  if (isMoved) await contracts.checkParent(tx, actor, { ...patch }, 'contract.update', { ...before })
  if (after.customerId !== before.customerId) await checkCustomerChange(tx, { contractId: id })
  const parties = isMoved ? await partiesOf(tx, actor, after) : before
  checkTerms(after)
  const row = await contracts.update(tx, actor, id, { ...patch, ...(isMoved && { ownerId: parties.ownerId }) }, () => ({
    teamId: parties.teamId,
  }))
  if (row.title !== before.title) await indexTitle(tx, id, row.title)
  if (row.customerId !== before.customerId) {
    await moveDocumentsOf(tx, 'contract', id, row.customerId)
    await moveRemindersOf(tx, 'contract', id, row.customerId)
  }
  return detailOf(tx, actor, row)
}

/** Only what never left the desk may be thrown away; anything else is voided and stays to be seen. */
export async function removeContract(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await contracts.reach(tx, actor, id, 'contract.delete')
  const { state } = (await storedRow(tx, entity, id)) as unknown as ContractRow
  mustBeOpen(state, '删除,请作废')
  await checkNoOrders(tx, id)
  await contracts.remove(tx, actor, id, version)
  return null
}
