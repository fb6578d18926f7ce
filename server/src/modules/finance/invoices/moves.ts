import type { Invoice, InvoiceDetail, invoices as api } from '@crm/shared/contract/invoices'
import type { Day } from '@crm/shared/days'
import { invoice as entity, invoiceKinds, invoiceStates } from '@crm/shared/entities/invoice'
import type { Input } from '@crm/shared/kernel/endpoint'
import { formatYuan } from '@crm/shared/money'
import { type InvoiceMove, invoiceMoves, mayMoveInvoice } from '@crm/shared/rules/invoiceMoves'
import { taxWithin } from '@crm/shared/rules/lines'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import { nextNumber } from '../../../core/rows/sequence.ts'
import { stepsOf } from '../../../core/rows/steps.ts'
import type { Tx } from '../../../db/store.ts'
import type { TradeFollower } from '../../contracts/service.ts'
import { type ApprovalSubject, hasPendingApproval, withdrawApproval } from '../../system/approvals/service.ts'
import { activateOnInvoice, deactivateOnRed } from '../receivables/onInvoice.ts'
import { sourceOf } from '../receivables/source.ts'
import { findInvoice, invoices, redsOf } from './invoices.ts'
import { invoicedOf, roomOf } from './room.ts'

const steps = stepsOf(entity, invoices, findInvoice)

async function before(tx: Tx, actor: Actor, id: number, move: InvoiceMove, version: number): Promise<Invoice> {
  const row = await steps.held(tx, actor, id, version, move === 'void' ? 'invoice.create' : 'invoice.approve')
  const state = row.redOfId === null ? invoiceStates[row.state] : '是红字发票'
  if (!mayMoveInvoice(move, row)) throw problem('illegal_move', `发票${state},不能${invoiceMoves[move].label}`)
  return row
}

/** Where a flow is set its approvers decide, nobody past them. */
async function mustBeFree(tx: Tx, id: number): Promise<void> {
  if (await hasPendingApproval(tx, 'invoice', id)) throw problem('illegal_move', '正在走审批流程,请在“审批”里处理')
}

export async function approveInvoice(tx: Tx, actor: Actor, id: number, version: number): Promise<InvoiceDetail> {
  const row = await before(tx, actor, id, 'approve', version)
  await mustBeFree(tx, id)
  await steps.write(tx, actor, row, 'approve', { state: 'approved' })
  return findInvoice(tx, actor, id)
}

interface Why {
  readonly version: number
  readonly reason: string
}
export async function rejectInvoice(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: Why,
): Promise<InvoiceDetail> {
  const row = await before(tx, actor, id, 'reject', version)
  await mustBeFree(tx, id)
  await steps.write(tx, actor, row, 'reject', { state: 'rejected', reason })
  return findInvoice(tx, actor, id)
}

/** Before it is issued; afterwards it is taken back by a red one. */
export async function voidInvoice(tx: Tx, actor: Actor, id: number, { reason, version }: Why): Promise<InvoiceDetail> {
  const row = await before(tx, actor, id, 'void', version)
  await withdrawApproval(tx, actor, 'invoice', id)
  await steps.write(tx, actor, row, 'void', { state: 'void', reason })
  return findInvoice(tx, actor, id)
}

const sourceName = ({ contractId, orderId }: Invoice) => (orderId === null ? { contractId: contractId! } : { orderId })

/** 409 naming the field: each number stands on one paper of its kind. */
async function checkNumber(tx: Tx, kind: Invoice['kind'], invoiceNumber: string): Promise<void> {
  const taken = await tx
    .selectFrom('invoices') // unscoped: a number is taken whoever has it
    .select('id')
    .where('kind', '=', kind)
    .where('invoiceNumber', '=', invoiceNumber)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!taken) return
  const message = `${invoiceKinds[kind]}的号码“${invoiceNumber}”已被使用`
  throw problem('taken', message, { errors: [{ field: 'invoiceNumber', message }] })
}

function checkDay(actor: Actor, issuedOn: Day): void {
  if (issuedOn > actor.today) throw invalidField('issuedOn', '开票日期不能晚于今天')
}

/** The paper is there: what is to be paid after the invoice becomes owed, of the order's own plan, else of its contract's. */
export async function issueInvoice(
  tx: Tx,
  actor: Actor,
  id: number,
  { invoiceNumber, issuedOn, version }: Input<typeof api.issue>['body'],
): Promise<InvoiceDetail> {
  const row = await before(tx, actor, id, 'issue', version)
  if (row.state === 'applied') await mustBeFree(tx, id)
  checkDay(actor, issuedOn)
  await checkNumber(tx, row.kind, invoiceNumber)
  const source = await sourceOf(tx, sourceName(row))
  if (!source.isEffective) throw problem('illegal_move', '订单或合同没有生效,不能开票')
  const { restFen } = await roomOf(tx, source)
  if (restFen < 0) throw problem('illegal_move', `已申请的发票比可开金额多 ${formatYuan(-restFen)} 元,先作废多出的`)
  await steps.write(tx, actor, row, 'issue', { state: 'issued', invoiceNumber, issuedOn })
  await activateOnInvoice(tx, actor, row, issuedOn)
  return findInvoice(tx, actor, id)
}

/** 冲红: a negative one that is there at once; it takes back at most what still stands, and all of it what the invoice made owed. */
export async function redInvoice(
  tx: Tx,
  actor: Actor,
  id: number,
  { amountFen: asked, invoiceNumber, issuedOn, reason, version }: Input<typeof api.red>['body'],
): Promise<InvoiceDetail> {
  const row = await before(tx, actor, id, 'red', version)
  const restFen = (await redsOf(tx, id)).reduce((sum, { amountFen }) => sum + amountFen, row.amountFen)
  const takenFen = asked ?? restFen
  if (restFen === 0) throw problem('illegal_move', '这张发票已经全部冲红')
  if (takenFen > restFen) throw invalidField('amountFen', `最多冲红 ${formatYuan(restFen)} 元`)
  const on = issuedOn ?? actor.today
  checkDay(actor, on)
  if (on < row.issuedOn!) throw invalidField('issuedOn', '红字发票不能早于原发票')
  if (invoiceNumber) await checkNumber(tx, row.kind, invoiceNumber)
  const { contractId, creditCode, customerId, kind, orderId, ownerId, taxRateBp, teamId, title } = row
  const red = await invoices.create(
    tx,
    actor,
    { contractId, creditCode, kind, orderId, taxRateBp, title, amountFen: -takenFen },
    {
      number: await nextNumber(tx, 'FP', actor.today),
      state: 'issued',
      taxFen: taxWithin(-takenFen, taxRateBp),
      invoiceNumber: invoiceNumber ?? null,
      issuedOn: on,
      redOfId: id,
      customerId,
      ownerId,
      teamId,
      reason,
    },
  )
  // Of two red ones made at once the second is told: the row moves on.
  await steps.write(tx, actor, row, 'red', {})
  if (takenFen === restFen) await deactivateOnRed(tx, actor, row, on)
  return findInvoice(tx, actor, red.id)
}

export const invoiceApprovals: ApprovalSubject = {
  subject: 'invoice',
  record: entity,
  link: (id) => `/invoices?open=${id}`,
  approved: (tx, actor, id) => decided(tx, actor, id, 'approve', { state: 'approved' }),
  refused: (tx, actor, id, reason) => decided(tx, actor, id, 'reject', { state: 'rejected', reason }),
  withdrawn: (tx, actor, id) => decided(tx, actor, id, 'void', { state: 'void', reason: '申请人撤回' }),
}
async function decided(tx: Tx, actor: Actor, id: number, move: InvoiceMove, columns: Raw): Promise<void> {
  const row = (await storedRow(tx, entity, id)) as unknown as Invoice | undefined
  if (row?.state === 'applied') await steps.write(tx, actor, row, move, columns)
}

/** What was invoiced is not voided under it, nor a contract made smaller. */
export const invoicesStandAgainst: TradeFollower = {
  async againstVoid(tx, of) {
    const fen = await invoicedOf(tx, of)
    return fen === 0 ? null : `已申请或开具发票 ${formatYuan(fen)} 元,先作废申请或冲红发票`
  },
  async againstAmount(tx, { amountFen, contractId }) {
    const fen = await invoicedOf(tx, { contractId })
    return fen <= amountFen ? null : `已申请或开具发票 ${formatYuan(fen)} 元,合同额不能少于它,先作废申请或冲红发票`
  },
}
