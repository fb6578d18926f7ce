import type { InstalmentInput, Plan } from '@crm/shared/contract/receivables'
import { receivable as entity } from '@crm/shared/entities/receivable'
import { type Fen, formatYuan, splitFen } from '@crm/shared/money'
import { openOf } from '@crm/shared/rules/receivables'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField, problem, stale } from '../../../core/problem.ts'
import { rowsByIds } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { orders } from '../../contracts/orders/service.ts'
import { cancel, dueOf, lower, move, raise, type Stored, activate } from './amounts.ts'
import { withStatus } from './receivables.ts'
import {
  contractRows,
  deliveryRows,
  entityOfSource,
  firstDay,
  idOfSource,
  planRows,
  rowsOf,
  type Source,
  type SourceOf,
  sourceOf,
} from './source.ts'

const reach = (db: Read | Tx, actor: Actor, of: SourceOf, permission: string): Promise<void> =>
  'orderId' in of
    ? orders.reach(db, actor, of.orderId, permission)
    : contractRows.reach(db, actor, of.contractId, permission)

async function shown(db: Read | Tx, actor: Actor, of: SourceOf, source: Source): Promise<Plan> {
  const rows = await planRows(db, of)
  const items = withStatus(
    await rowsByIds(
      db,
      actor,
      entity,
      rows.map(({ id }) => id),
    ),
    actor.today,
  )
  const sumFen = items.reduce((sum, { amountFen }) => sum + amountFen, 0)
  const said = source.kind === 'order' ? '订单' : '合同'
  const differs = items.length > 0 && sumFen !== source.amountFen
  return {
    items,
    sumFen,
    documentFen: source.amountFen,
    warnings: differs
      ? [
          `回款计划合计 ${formatYuan(sumFen)} 元,与${said}金额 ${formatYuan(source.amountFen)} 元相差 ${formatYuan(Math.abs(sumFen - source.amountFen))} 元`,
        ]
      : [],
  }
}

export async function planOf(read: Read, actor: Actor, of: SourceOf): Promise<Plan> {
  await reach(read, actor, of, 'receivable.read')
  return shown(read, actor, of, await sourceOf(read, of))
}

/** A contract and its orders are owed once: where one has a plan (or deliveries made receivables), the other has none. */
async function checkOnce(tx: Tx, of: SourceOf, { contractId }: Source): Promise<void> {
  const refuse = (message: string) => problem('illegal_move', message)
  if ('orderId' in of) {
    if ((await deliveryRows(tx, of.orderId)).length > 0) throw refuse('订单已按交货生成应收款,不能再设回款计划')
    if (contractId && (await planRows(tx, { contractId })).length > 0) throw refuse('所属合同已有回款计划,订单不能再设')
    return
  }
  const all = await rowsOf(tx, of, { withOrders: true })
  if (all.some(({ orderId }) => orderId !== null)) throw refuse('合同的订单已有应收款,合同不能再设回款计划')
}

/** Amounts in 分: percentages are shares of the document, and 100 % of them add up to it exactly. */
function amountsOf(items: readonly InstalmentInput[], documentFen: Fen): Fen[] {
  const shares = items.map(({ percentBp }) => percentBp ?? 0)
  const percent = shares.reduce((sum, share) => sum + share, 0)
  const of = Number((BigInt(documentFen) * BigInt(percent) * 2n + 10_000n) / 20_000n)
  const parts = percent > 0 ? splitFen(of, shares) : shares
  return items.map(({ amountFen, percentBp }, at) => {
    if ((amountFen ?? null) !== null && (percentBp ?? null) !== null)
      throw invalidField(`items.${at}.percentBp`, `第 ${at + 1} 期的金额和比例只能填一个`)
    const fen = amountFen ?? parts[at]!
    if (fen <= 0) throw invalidField(`items.${at}.amountFen`, `第 ${at + 1} 期应填大于零的金额或比例`)
    return fen
  })
}

type Wanted = Pick<Stored, 'label' | 'trigger' | 'amountFen' | 'plannedOn' | 'terms' | 'termsDays' | 'notes'>
const wantedOf = (input: InstalmentInput, at: number, amountFen: Fen): Wanted => ({
  label: input.label ?? `第 ${at + 1} 期`,
  trigger: input.trigger ?? 'day',
  amountFen,
  plannedOn: input.plannedOn ?? null,
  terms: input.terms ?? null,
  termsDays: input.termsDays ?? null,
  notes: input.notes ?? null,
})

/** What should be owed already is: of what is effective, by its trigger. */
export async function activateWhereDue(tx: Tx, actor: Actor, of: SourceOf, source: Source, row: Stored): Promise<void> {
  if (!source.isEffective || row.activeOn !== null) return
  const on = row.trigger === 'day' ? (source.on ?? actor.today) : await firstDay(tx, row.trigger, of)
  if (on !== null) await activate(tx, actor, row, on)
}

/** Changes what is owed already: by lines of the ledger, never in place. */
async function changeActive(tx: Tx, actor: Actor, row: Stored, wanted: Wanted, at: number): Promise<void> {
  if (wanted.trigger !== row.trigger) throw invalidField(`items.${at}.trigger`, `“${row.label}”已生效,不能改何时应收`)
  const isPlanned = row.trigger === 'day' && wanted.plannedOn !== null
  // Terms left empty were those agreed with the customer when it became owed: they stay.
  const kept = wanted.terms === null && !isPlanned ? { terms: row.terms, termsDays: row.termsDays } : wanted
  const { label, notes, plannedOn } = wanted
  const { terms, termsDays } = kept
  await tx
    .updateTable('receivables')
    .set((eb) => ({ label, notes, plannedOn, terms, termsDays, version: eb('version', '+', 1), updatedAt: actor.at }))
    .where('id', '=', row.id)
    .execute()
  const changed = { ...row, label, notes, plannedOn, terms, termsDays }
  const less = row.amountFen - wanted.amountFen
  if (less > openOf(row)) {
    const off = row.writtenOffFen > 0 ? `、核销 ${formatYuan(row.writtenOffFen)} 元` : ''
    const message = `“${row.label}”已收 ${formatYuan(row.receivedFen)} 元${off},不能改为 ${formatYuan(wanted.amountFen)} 元`
    throw problem('illegal_move', message, { errors: [{ field: `items.${at}.amountFen`, message }] })
  }
  if (less > 0) await lower(tx, actor, changed, less, actor.today, '修改回款计划')
  if (less < 0) await raise(tx, actor, changed, -less, '修改回款计划')
  const dueOn = dueOf(changed, row.activeOn!)
  if (dueOn !== row.dueOn) await move(tx, actor, changed, dueOn)
}

const sameAs = (row: Stored, wanted: Wanted): boolean =>
  (Object.keys(wanted) as (keyof Wanted)[]).every((key) => row[key] === wanted[key])

/** The whole plan at once: what is not effective yet changes freely, what is owed already by lines of the ledger. 409 where money stands against it. */
export async function setPlan(tx: Tx, actor: Actor, of: SourceOf, items: readonly InstalmentInput[]): Promise<Plan> {
  await reach(tx, actor, of, 'receivable.update')
  const source = await sourceOf(tx, of)
  if (source.isVoid) throw problem('illegal_move', '已作废,不能设回款计划')
  if (items.length > 0) await checkOnce(tx, of, source)
  const amounts = amountsOf(items, source.amountFen)
  const before = new Map((await planRows(tx, of)).map((row) => [row.id, row]))
  const named = new Set<number>()
  for (const [at, input] of items.entries()) {
    const wanted = wantedOf(input, at, amounts[at]!)
    if (!input.id) {
      await activateWhereDue(tx, actor, of, source, await insert(tx, actor, of, source, wanted))
      continue
    }
    const row = before.get(input.id)
    if (!row || named.has(input.id)) throw invalidField(`items.${at}.id`, `第 ${at + 1} 期不是这份计划的`)
    named.add(input.id)
    if (row.version !== input.version)
      throw stale(`“${row.label}”`, withStatus(await rowsByIds(tx, actor, entity, [row.id]), actor.today)[0])
    if (sameAs(row, wanted)) continue
    if (row.activeOn !== null) {
      await changeActive(tx, actor, row, wanted, at)
      continue
    }
    await tx
      .updateTable('receivables')
      .set((eb) => ({ ...wanted, version: eb('version', '+', 1), updatedAt: actor.at }))
      .where('id', '=', row.id)
      .execute()
    await activateWhereDue(tx, actor, of, source, { ...row, ...wanted })
  }
  for (const row of before.values()) if (!named.has(row.id)) await leaveOut(tx, actor, row)
  const plan = await shown(tx, actor, of, source)
  await audit(tx, actor, {
    entity: entityOfSource(of).name,
    recordId: idOfSource(of),
    action: 'plan',
    before: { plan: [...before.values()] },
    after: { plan: plan.items },
  })
  return plan
}

async function leaveOut(tx: Tx, actor: Actor, row: Stored): Promise<void> {
  if (row.receivedFen !== 0)
    throw problem('illegal_move', `“${row.label}”已有回款 ${formatYuan(row.receivedFen)} 元,不能从计划中去掉`)
  if (row.activeOn !== null) return cancel(tx, actor, row, '修改回款计划')
  await tx
    .updateTable('receivables')
    .set((eb) => ({ deletedAt: actor.at, version: eb('version', '+', 1), updatedAt: actor.at }))
    .where('id', '=', row.id)
    .execute()
}

/** A new one, 待生效. */
export function insert(
  tx: Tx,
  actor: Actor,
  of: SourceOf,
  { contractId, customerId, ownerId, teamId }: Source,
  wanted: Wanted & { readonly deliveryId?: number },
): Promise<Stored> {
  return tx
    .insertInto('receivables')
    .values({
      deliveryId: null,
      ...wanted,
      customerId,
      contractId,
      orderId: 'orderId' in of ? of.orderId : null,
      ownerId,
      teamId,
      activeOn: null,
      dueOn: null,
      receivedFen: 0,
      writtenOffFen: 0,
      voidedOn: null,
      version: 1,
      createdAt: actor.at,
      updatedAt: actor.at,
      deletedAt: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}
