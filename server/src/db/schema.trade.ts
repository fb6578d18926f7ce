import type { Generated } from 'kysely'
import type { contract, contractTemplate } from '@crm/shared/entities/contract'
import type { delivery, deliveryLine } from '@crm/shared/entities/delivery'
import type { expense } from '@crm/shared/entities/expense'
import type { invoice } from '@crm/shared/entities/invoice'
import type { order, orderLine } from '@crm/shared/entities/order'
import type { priceMove, product, productCategory, productPrice, productUse } from '@crm/shared/entities/product'
import type { quote, quoteLine } from '@crm/shared/entities/quote'
import type { receipt } from '@crm/shared/entities/receipt'
import type { receivable } from '@crm/shared/entities/receivable'
import type { TableOf } from '@crm/shared/kernel/entity'

type Stored<T> = { [K in keyof T]: K extends 'id' ? Generated<number> : T[K] }
type Of<E> = Stored<TableOf<E>>

/** What is sold, agreed, delivered and paid. */
export interface TradeTables {
  productCategories: Of<typeof productCategory>
  products: Omit<Of<typeof product>, 'number'> & { number: string; initials: string; searchText: string }
  productPrices: Of<typeof productPrice>
  priceMoves: Of<typeof priceMove>
  productUses: Of<typeof productUse>
  quotes: Of<typeof quote>
  quoteLines: Of<typeof quoteLine>
  contracts: Of<typeof contract>
  contractTemplates: Of<typeof contractTemplate>
  /** `content`: the fields of that version as JSON. */
  contractRevisions: {
    id: Generated<number>
    contractId: number
    revision: number
    state: 'proposed' | 'inForce' | 'superseded' | 'refused'
    reason: string | null
    content: string
    actorId: number | null
    createdAt: string
    decidedAt: string | null
  }
  /** Which reminder (30, 7, 0 days before) of which end has gone out. */
  contractReminders: { id: Generated<number>; contractId: number; endOn: string; step: number; at: string }
  orders: Of<typeof order>
  orderLines: Of<typeof orderLine>
  deliveries: Of<typeof delivery>
  deliveryLines: Of<typeof deliveryLine>
  /** Each step of a line once to each person; `toldOn` is the digest it came with. */
  deliveriesTold: {
    id: Generated<number>
    orderLineId: number
    userId: number
    step: 'soon' | 'next' | 'today' | 'overdue'
    onDay: string
    toldOn: string
  }
  /** Days whose reminders are all told. */
  deliveryRuns: { id: Generated<number>; onDay: string }
  receivables: Of<typeof receivable>
  receipts: Of<typeof receipt>
  /** Only ever added to; see the migration for what the sums mean. */
  ledgerEntries: {
    id: Generated<number>
    receivableId: number | null
    receiptId: number | null
    kind: 'due' | 'moved' | 'void' | 'allocation' | 'writeOff' | 'receipt'
    openFen: number
    prepaidFen: number
    dueOn: string | null
    effectiveOn: string
    recordedAt: string
    actorId: number | null
    note: string | null
  }
  /** JSON of what a receipt in waiting shall pay. */
  receiptWishes: { id: Generated<number>; receiptId: number; allocations: string }
  creditGroups: {
    id: Generated<number>
    name: string
    creditFen: number
    version: number
    createdAt: string
    updatedAt: string
  }
  creditGroupMembers: { customerId: number; groupId: number }
  invoices: Of<typeof invoice>
  expenses: Of<typeof expense>

  // The one meaning of 有效, as views: every total, report and rule reads these.
  effectiveContracts: Pick<Of<typeof contract>, 'customerId' | 'ownerId' | 'teamId' | 'amountFen' | 'signedOn'> & {
    id: number
  }
  effectiveOrders: Pick<
    Of<typeof order>,
    | 'customerId'
    | 'contractId'
    | 'ownerId'
    | 'teamId'
    | 'amountFen'
    | 'taxFen'
    | 'costFen'
    | 'orderedOn'
    | 'netFen'
    | 'netTaxFen'
    | 'netCostFen'
  > & { id: number }
  effectiveExpenses: Pick<
    Of<typeof expense>,
    'customerId' | 'contractId' | 'orderId' | 'ownerId' | 'teamId' | 'type' | 'amountFen' | 'spentOn'
  > & { id: number }
  effectiveReceipts: Pick<
    Of<typeof receipt>,
    'customerId' | 'ownerId' | 'teamId' | 'amountFen' | 'allocatedFen' | 'receivedOn'
  > & { id: number }
  effectiveReceivables: Pick<
    Of<typeof receivable>,
    | 'customerId'
    | 'contractId'
    | 'orderId'
    | 'ownerId'
    | 'teamId'
    | 'amountFen'
    | 'receivedFen'
    | 'writtenOffFen'
    | 'dueOn'
  > & { id: number; openFen: number; activeOn: string }
}
