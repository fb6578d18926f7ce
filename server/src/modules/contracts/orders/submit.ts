import type { ApprovalFact, ApprovalSubjectName } from '@crm/shared/contract/approvals'
import type { Order, OrderDetail } from '@crm/shared/contract/orders'
import { order as entity } from '@crm/shared/entities/order'
import { formatYuan } from '@crm/shared/money'
import { quantityText } from '@crm/shared/rules/deliveries'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { type ApprovalSubject, approvalsOf, requestApproval, withdrawApproval } from '../../system/approvals/service.ts'
import { noticeBigDeal } from '../../system/bigDeals/service.ts'
import { type Finding, type Followers, tellAll } from '../followers.ts'
import { discountBpOf } from './discount.ts'
import { asInput, orderLines, priceLines } from './lines.ts'
import { beforeMove, shown, step } from './moves.ts'
import { checkContractHolds, detailOf } from './orders.ts'

/** Whose consent an order may need, in this order: to what a rule found (信用), then to the order itself. */
const CONSENTS = ['credit', 'order'] as const satisfies readonly ApprovalSubjectName[]
type Consent = (typeof CONSENTS)[number]
const LINES_TOLD = 10

const titleOf = ({ customerName, number }: Order) => `订单 ${number} · ${customerName ?? ''}`

/** What the rules above say; the first refusal is the answer. */
async function judged(
  tx: Tx,
  actor: Actor,
  order: Order,
  at: 'submit' | 'approval',
  followers: Followers,
): Promise<readonly Finding[]> {
  const findings = (await tellAll(followers, 'judgeOrder', tx, actor, order, at)).flat()
  const refusal = findings.find(({ outcome }) => outcome === 'refuse')
  if (refusal) throw problem(refusal.code, refusal.message)
  return findings
}

/** From here on it counts: costs are those of this day, and whoever follows is told. */
async function confirm(tx: Tx, actor: Actor, row: Raw, action: string, followers: Followers): Promise<Order> {
  const id = row['id'] as number
  const standing = await orderLines.stored(tx, id)
  const { lines, totals } = await priceLines(tx, standing.map(asInput), {
    discountFen: row['discountFen'] as number,
    promisedOn: row['promisedOn'] as string | null,
    standing,
  })
  await orderLines.replace(tx, actor, id, lines)
  const order = await step(tx, actor, row, action, { ...totals, state: 'confirmed' })
  await tellAll(followers, 'orderConfirmed', tx, actor, order)
  await noticeBigDeal(tx, actor, {
    entity: entity.name,
    recordId: id,
    title: titleOf(order),
    customerId: order.customerId,
    ownerId: order.ownerId,
    amountFen: order.amountFen,
    beforeFen: null,
    discountBp: await discountBpOf(tx, order, lines),
    link: `/orders/${id}`,
  })
  return order
}

interface Going {
  readonly at: 'submit' | 'approval'
  readonly followers: Followers
  /** In whose name consent is asked for. */
  readonly applicant: Actor
  readonly consents: ReadonlySet<Consent>
}
/** For approvers who may not see the order itself: so many lines, and what is taken off their prices. */
async function whatIsOrdered(tx: Tx, order: Order): Promise<ApprovalFact[]> {
  const lines = await orderLines.stored(tx, order.id)
  const words = lines
    .slice(0, LINES_TOLD)
    .map(
      (line) =>
        `${line['name']},${quantityText(line['qtyMilli'] as number)} × ${formatYuan(line['priceFen'] as number)} 元`,
    )
  const rest = lines.length > LINES_TOLD ? [`等 ${lines.length} 行`] : []
  const discountBp = await discountBpOf(tx, order, lines)
  return [
    { label: '明细', value: [...words, ...rest].join('\n') },
    ...(discountBp > 0 ? [{ label: '优惠', value: `${formatYuan(discountBp)}%` }] : []),
  ]
}

/** As far as it may go without asking: into approval, or confirmed. */
async function goOn(tx: Tx, actor: Actor, row: Raw, { applicant, at, consents, followers }: Going) {
  const id = row['id'] as number
  const order = await shown(tx, actor, id)
  await checkContractHolds(tx, order)
  const findings = await judged(tx, actor, order, at, followers)
  const asking = findings.filter(({ outcome }) => outcome === 'approve')
  const facts: ApprovalFact[] = [
    ...(await whatIsOrdered(tx, order)),
    ...(order.promisedOn ? [{ label: '要求交货期', value: order.promisedOn }] : []),
    ...findings.map(({ message }) => ({ label: '请注意', value: message })),
  ]
  for (const subject of CONSENTS) {
    if (consents.has(subject) || (subject === 'credit' && asking.length === 0)) continue
    const answer = await requestApproval(tx, applicant, {
      subject,
      subjectId: id,
      title: titleOf(order),
      customerId: order.customerId,
      amountFen: order.amountFen,
      facts,
      mustApprove: subject === 'credit',
    })
    if (answer === 'pending')
      return {
        findings,
        order: row['state'] === 'approving' ? order : await step(tx, actor, row, 'submit', { state: 'approving' }),
      }
  }
  return { findings, order: await confirm(tx, actor, row, at === 'submit' ? 'submit' : 'approve', followers) }
}

export async function submitOrder(
  tx: Tx,
  actor: Actor,
  id: number,
  version: number,
  followers: Followers,
): Promise<OrderDetail> {
  const row = await beforeMove(tx, actor, id, 'submit', version, 'order.update')
  const going: Going = { at: 'submit', followers, applicant: actor, consents: new Set() }
  const { findings, order } = await goOn(tx, actor, row, going)
  return { ...(await detailOf(tx, actor, order)), warnings: findings.map(({ message }) => message) }
}

export async function withdrawOrder(tx: Tx, actor: Actor, id: number, version: number): Promise<OrderDetail> {
  const row = await beforeMove(tx, actor, id, 'withdraw', version, 'order.update')
  for (const subject of CONSENTS) await withdrawApproval(tx, actor, subject, id)
  return detailOf(tx, actor, await step(tx, actor, row, 'withdraw', { state: 'draft' }))
}

/** Who handed it in, for what has to be asked next. */
async function applicantOf(tx: Tx, actor: Actor, subject: Consent, id: number): Promise<Actor> {
  const asked = await tx
    .selectFrom('approvals')
    .select(['applicantId', 'applicantName'])
    .where('subject', '=', subject)
    .where('subjectId', '=', id)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return asked.applicantId === null ? actor : { ...actor, id: asked.applicantId, name: asked.applicantName }
}

async function approving(tx: Tx, id: number): Promise<Raw | null> {
  const row = await storedRow(tx, entity, id)
  return row?.['state'] === 'approving' && row['deletedAt'] === null ? row : null
}

/** Orders among what may need consent: the rules judge again when it is given, for days may have passed. */
export const orderApprovals = (followers: Followers): readonly ApprovalSubject[] =>
  CONSENTS.map((subject): ApprovalSubject => {
    const back =
      (action: string) =>
      async (tx: Tx, actor: Actor, id: number, reason?: string): Promise<void> => {
        const row = await approving(tx, id)
        if (row) await step(tx, actor, row, action, { state: 'draft', note: reason ?? null })
      }
    return {
      subject,
      record: entity,
      link: (id) => `/orders/${id}`,
      async approved(tx, actor, id) {
        const row = await approving(tx, id)
        if (!row) return
        const since = row['updatedAt'] as string
        const rounds = await Promise.all(
          CONSENTS.map(async (one) => ({ one, last: (await approvalsOf(tx, one, id))[0] })),
        )
        const given = rounds.filter(({ last }) => last?.state === 'approved' && last.createdAt >= since)
        await goOn(tx, actor, row, {
          at: 'approval',
          followers,
          applicant: await applicantOf(tx, actor, subject, id),
          consents: new Set([subject, ...given.map(({ one }) => one)]),
        })
      },
      refused: back('refuse'),
      withdrawn: back('withdraw'),
    }
  })
