import { type Columns, createIndex, createTable, createView, type Db, required, uniqueIndex } from './helpers.ts'
import { appendOnly } from './triggers.ts'

export const name = '0022_money'
const LIVE = { where: '"deletedAt" is null' }
const kept = (t: Columns): Columns =>
  t.integer('version', required).text('createdAt', required).text('updatedAt', required).text('deletedAt')
const source = (t: Columns): Columns => t.ref('contractId', 'contracts').ref('orderId', 'orders')
const whose = (t: Columns): Columns => t.ref('ownerId', 'users').ref('teamId', 'teams')

/** 应收, 回款, 发票, 费用, and the ledger that says what they amounted to on any day, as known at any instant. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'receivables', (t) =>
    kept(
      whose(
        source(t.id().ref('customerId', 'customers', required))
          .ref('deliveryId', 'deliveries')
          .text('label', required)
          .text('trigger', required)
          .bigint('amountFen', required)
          .text('plannedOn')
          .text('terms')
          .integer('termsDays')
          .text('activeOn')
          .text('dueOn')
          .bigint('receivedFen', required)
          .bigint('writtenOffFen', required)
          .text('voidedOn'),
      ).text('notes'),
    ),
  )
  await createIndex(db, 'receivables', ['customerId', 'deletedAt', 'id'])
  for (const sorted of ['createdAt', 'updatedAt', 'amountFen', 'activeOn', 'dueOn'])
    await createIndex(db, 'receivables', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)
  for (const column of ['contractId', 'orderId', 'deliveryId', 'ownerId'])
    await createIndex(db, 'receivables', [column, 'id'])
  // What is still to come in, by the day it is due.
  await createIndex(db, 'receivables', ['dueOn', 'customerId', 'id'], {
    where:
      '"deletedAt" is null and "voidedOn" is null and "activeOn" is not null and "receivedFen" + "writtenOffFen" < "amountFen"',
    name: 'receivables_open',
  })

  await createTable(db, 'receipts', (t) =>
    kept(
      whose(
        t
          .id()
          .text('number', required)
          .ref('customerId', 'customers', required)
          .bigint('amountFen', required)
          .text('receivedOn', required)
          .text('method', required)
          .text('bankNumber')
          .text('payer')
          .text('state', required)
          .bigint('allocatedFen', required),
      )
        .text('voidReason')
        .text('notes'),
    ),
  )
  await uniqueIndex(db, 'receipts', ['number'])
  await createIndex(db, 'receipts', ['customerId', 'deletedAt', 'id'])
  for (const sorted of ['createdAt', 'updatedAt', 'number', 'amountFen', 'receivedOn'])
    await createIndex(db, 'receipts', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)
  await createIndex(db, 'receipts', ['bankNumber'], LIVE)
  await createIndex(db, 'receipts', ['state', 'id'], LIVE)
  await createIndex(db, 'receipts', ['ownerId', 'id'], LIVE)

  /*
   * Only ever added to; they go with what they are about (系统初始化). `openFen` changes what is still to be paid of the receivable, `prepaidFen` what the customer has paid
   * ahead. Taking back is a row of the opposite sign with the same effectiveOn: as of a day everything is the sum of the rows with
   * effectiveOn <= that day and recordedAt <= the instant asked about. Whose money it is, the receivable and the receipt say: 合并 may move them.
   */
  await createTable(db, 'ledgerEntries', (t) =>
    t
      .id()
      .ref('receivableId', 'receivables')
      .ref('receiptId', 'receipts')
      // due · moved (another due day) · void · allocation · writeOff · receipt
      .text('kind', required)
      .bigint('openFen', required)
      .bigint('prepaidFen', required)
      // Of due and moved: when it is to be paid from then on.
      .text('dueOn')
      .text('effectiveOn', required)
      .text('recordedAt', required)
      .ref('actorId', 'users')
      .text('note'),
  )
  await createIndex(db, 'ledgerEntries', ['receivableId', 'id'])
  await createIndex(db, 'ledgerEntries', ['receiptId', 'id'])
  await createIndex(db, 'ledgerEntries', ['effectiveOn', 'id'])
  await appendOnly(db, 'ledgerEntries', { removable: true })

  await createTable(db, 'invoices', (t) =>
    kept(
      whose(
        source(t.id().text('number', required).text('invoiceNumber').ref('customerId', 'customers', required))
          .text('kind', required)
          .text('state', required)
          .bigint('amountFen', required)
          .integer('taxRateBp', required)
          .bigint('taxFen', required)
          .text('title', required)
          .text('creditCode')
          .text('issuedOn')
          .ref('redOfId', 'invoices'),
      )
        .text('reason')
        .text('notes'),
    ),
  )
  await uniqueIndex(db, 'invoices', ['number'])
  await createIndex(db, 'invoices', ['customerId', 'deletedAt', 'id'])
  for (const sorted of ['createdAt', 'updatedAt', 'number', 'amountFen', 'issuedOn'])
    await createIndex(db, 'invoices', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)
  for (const column of ['contractId', 'orderId', 'redOfId', 'ownerId'])
    await createIndex(db, 'invoices', [column, 'id'])
  await createIndex(db, 'invoices', ['state', 'id'], LIVE)
  await createIndex(db, 'invoices', ['invoiceNumber'])

  await createTable(db, 'expenses', (t) =>
    kept(
      source(
        whose(t.id().text('number', required))
          .text('type', required)
          .bigint('amountFen', required)
          .text('spentOn', required)
          .text('state', required)
          .ref('customerId', 'customers'),
      )
        .text('paidOn')
        .text('purpose', required)
        .text('notes'),
    ),
  )
  await uniqueIndex(db, 'expenses', ['number'])
  for (const sorted of ['createdAt', 'updatedAt', 'number', 'amountFen', 'spentOn']) {
    await createIndex(db, 'expenses', [sorted, 'id'], LIVE)
    await createIndex(db, 'expenses', ['ownerId', sorted, 'id'], LIVE)
  }
  for (const column of ['customerId', 'contractId', 'orderId']) await createIndex(db, 'expenses', [column, 'id'])
  await createIndex(db, 'expenses', ['state', 'id'], LIVE)

  await createView(
    db,
    'effectiveReceipts',
    `select "id", "customerId", "ownerId", "teamId", "amountFen", "allocatedFen", "receivedOn" from "receipts"
      where "state" = 'confirmed' and "deletedAt" is null`,
  )
  await createView(
    db,
    'effectiveReceivables',
    `select "id", "customerId", "contractId", "orderId", "ownerId", "teamId", "amountFen", "receivedFen", "writtenOffFen",
        "amountFen" - "receivedFen" - "writtenOffFen" as "openFen", "activeOn", "dueOn" from "receivables"
      where "activeOn" is not null and "voidedOn" is null and "deletedAt" is null`,
  )
}
