import type { ApprovalFact } from '@crm/shared/contract/approvals'
import type { Invoice, InvoiceCreate, InvoiceDetail, Invoicing } from '@crm/shared/contract/invoices'
import { invoice as entity, invoiceKinds } from '@crm/shared/entities/invoice'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { formatYuan } from '@crm/shared/money'
import { taxWithin } from '@crm/shared/rules/lines'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { nextNumber } from '../../../core/rows/sequence.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { orders } from '../../contracts/orders/service.ts'
import { named, ofOwners } from '../../customers/service.ts'
import { approvalsOf, requestApproval } from '../../system/approvals/service.ts'
import { reachBy } from '../reachBy.ts'
import { contractRows, type SourceOf, sourceOf } from '../receivables/source.ts'
import { roomOf } from './room.ts'
import { toRedOf } from './toRed.ts'

export const invoices = crud(entity)

export const listInvoices = (
  db: Read | Tx,
  actor: Actor,
  { customerOwnerId, teamOfCustomer, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Invoice>> =>
  invoices.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofOwners(entity, { customerOwnerId, teamOfCustomer }),
      ...named(entity, ['number', 'invoiceNumber', 'title', 'notes'], query.q),
    ],
  })

/** The red ones of an invoice, the first written first. */
export const redsOf = (db: Read | Tx, id: number) =>
  (db as Read)
    .selectFrom('invoices') // unscoped: of an invoice the actor was let to
    .select(['id', 'number', 'invoiceNumber', 'amountFen', 'issuedOn', 'reason'])
    .where('redOfId', '=', id)
    .where('state', '=', 'issued')
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute()

export async function detailOf(db: Read | Tx, row: Invoice): Promise<InvoiceDetail> {
  const reds = await redsOf(db, row.id)
  const stands = row.state === 'issued' && row.redOfId === null
  return {
    ...row,
    reds,
    restFen: stands ? reds.reduce((sum, { amountFen }) => sum + amountFen, row.amountFen) : 0,
    approvals: await approvalsOf(db, 'invoice', row.id),
  }
}
export const findInvoice = async (db: Read | Tx, actor: Actor, id: number): Promise<InvoiceDetail> =>
  detailOf(db, await invoices.find(db, actor, id))

const reach = (db: Read | Tx, actor: Actor, of: SourceOf, permission: string): Promise<void> =>
  'orderId' in of
    ? orders.reach(db, actor, of.orderId, permission)
    : contractRows.reach(db, actor, of.contractId, permission)

/** 税率 under which most of the money of the order stands, or of the orders of the contract that count; the usual one where there is none. */
async function taxRateOf(db: Read | Tx, of: SourceOf): Promise<number> {
  const lines = (db as Read)
    .selectFrom('orderLines') // unscoped: of an order or a contract the actor was let to
    .select((eb) => ['taxRateBp', eb.fn.sum<number>('amountFen').as('amountFen')])
    .groupBy('taxRateBp')
  const rates = await (
    'orderId' in of
      ? lines.where('orderId', '=', of.orderId)
      : lines.where('orderId', 'in', (eb) =>
          eb.selectFrom('effectiveOrders').select('id').where('contractId', '=', of.contractId),
        )
  ).execute()
  const [most] = rates.toSorted((a, b) => b.amountFen - a.amountFen || b.taxRateBp - a.taxRateBp)
  return most?.taxRateBp ?? entity.fields.taxRateBp.default
}

/** 抬头 and 税号 as the customer has them. */
const headOf = (db: Read | Tx, customerId: number) =>
  (db as Read)
    .selectFrom('customers') // unscoped: of a document the actor was let to
    .select(['name', 'creditCode'])
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()

export async function invoicingOf(db: Read | Tx, actor: Actor, of: SourceOf): Promise<Invoicing> {
  await reach(db, actor, of, 'invoice.read')
  const source = await sourceOf(db, of)
  const { creditCode, name } = await headOf(db, source.customerId)
  return {
    customerId: source.customerId,
    customerName: name,
    title: name,
    creditCode,
    taxRateBp: await taxRateOf(db, of),
    documentFen: source.amountFen,
    ...(await roomOf(db, source)),
    toRed: await toRedOf(db, source),
    isEffective: source.isEffective,
  }
}

function namedSource({ contractId, orderId }: Pick<InvoiceCreate, 'contractId' | 'orderId'>): SourceOf {
  if (orderId && contractId) throw invalidField('contractId', '订单和合同只选一个')
  if (orderId) return { orderId }
  if (contractId) return { contractId }
  throw invalidField('orderId', '要选订单或合同')
}

/** 申请开票: never for more than what is left of the order or contract. */
export async function applyInvoice(tx: Tx, actor: Actor, body: InvoiceCreate): Promise<InvoiceDetail> {
  const of = namedSource(body)
  await reachBy('orderId' in of ? 'orderId' : 'contractId', reach(tx, actor, of, 'invoice.create'))
  const source = await sourceOf(tx, of)
  const said = source.kind === 'order' ? '订单' : '合同'
  if (!source.isEffective) throw problem('illegal_move', `${said}还没有生效或已作废,不能开票`)
  const { contractNumber, restFen } = await roomOf(tx, source)
  const limit = contractNumber === null ? said : `合同 ${contractNumber} `
  if (body.amountFen > restFen)
    throw problem(
      'illegal_move',
      `${limit}还可开票 ${formatYuan(Math.max(0, restFen))} 元,不能开 ${formatYuan(body.amountFen)} 元`,
    )
  const { creditCode, name } = await headOf(tx, source.customerId)
  const { customerId, contractId, ownerId, teamId } = source
  const rateBp = body.taxRateBp ?? (await taxRateOf(tx, of))
  const row = await invoices.create(
    tx,
    actor,
    {
      ...body,
      kind: body.kind ?? 'special',
      title: body.title ?? name,
      creditCode: body.creditCode ?? creditCode,
      taxRateBp: rateBp,
    },
    {
      number: await nextNumber(tx, 'FP', actor.today),
      state: 'applied',
      taxFen: taxWithin(body.amountFen, rateBp),
      customerId,
      contractId,
      ownerId: actor.id === 0 ? ownerId : actor.id,
      teamId,
    },
  )
  await askFor(tx, actor, row, { customerName: name, room: { label: `${limit}还可开票`, value: formatYuan(restFen) } })
  return findInvoice(tx, actor, row.id)
}

/** Where no flow is set, whoever may issue it looks at it. */
const askFor = (
  tx: Tx,
  actor: Actor,
  { amountFen, customerId, id, kind, number, title }: Invoice,
  { customerName, room }: { readonly customerName: string; readonly room: ApprovalFact },
) =>
  requestApproval(tx, actor, {
    subject: 'invoice',
    subjectId: id,
    title: `开票 ${number} · ${customerName}`,
    customerId,
    amountFen,
    facts: [
      { label: '开票金额', value: formatYuan(amountFen) },
      { label: '发票类型', value: invoiceKinds[kind] },
      { label: '发票抬头', value: title },
      room,
    ],
  })
