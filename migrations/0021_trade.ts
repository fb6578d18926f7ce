import { type Columns, createIndex, createTable, createView, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0021_trade'
const LIVE = { where: '"deletedAt" is null' }
const kept = (t: Columns): Columns =>
  t.integer('version', required).text('createdAt', required).text('updatedAt', required).text('deletedAt')
/** Owner and team are those of the document's day. */
const whose = (t: Columns): Columns =>
  t.ref('customerId', 'customers', required).ref('contactId', 'contacts').ref('ownerId', 'users').ref('teamId', 'teams')
const item = (t: Columns): Columns =>
  t
    .integer('position', required)
    .ref('productId', 'products')
    .text('name', required)
    .text('spec')
    .text('unit')
    .bigint('qtyMilli', required)
    .bigint('priceFen', required)
    .integer('discountBp', required)
    .integer('taxRateBp', required)
    .bigint('amountFen', required)
    .bigint('taxFen', required)
    .text('promisedOn')
    .text('notes')

/** 报价, 合同, 订单, 交货; and what counts as effective, said once. */
export async function up(db: Db): Promise<void> {
  /** Lists walk any sorted column; the customer's rows are found by the customer. */
  const listed = async (table: string, sorted: readonly string[]) => {
    await createIndex(db, table, ['customerId', 'deletedAt', 'id'])
    for (const column of ['createdAt', 'updatedAt', ...sorted])
      await createIndex(db, table, [column, 'id', 'customerId', 'deletedAt'], LIVE)
    await createIndex(db, table, ['ownerId', 'id'], LIVE)
    await createIndex(db, table, ['state', 'id'], LIVE)
    await createIndex(db, table, ['deletedAt', 'id'], {
      where: '"deletedAt" is not null',
      name: `${table}_recycled`,
    })
  }

  await createTable(db, 'contractTemplates', (t) =>
    kept(
      t
        .id()
        .text('name', required)
        .text('type')
        .text('body', required)
        .flag('active', (c) => c.defaultTo(1)),
    ),
  )
  await createTable(db, 'contracts', (t) =>
    kept(
      whose(t.id().text('number', required).text('title', required).text('type'))
        .text('state', required)
        .integer('revision', required)
        .bigint('amountFen', required)
        .text('signedOn')
        .text('startOn')
        .text('endOn')
        .text('terms')
        .integer('termsDays')
        .text('ourSigner')
        .text('theirSigner')
        .text('body')
        .text('voidReason')
        .text('completedAt')
        .text('notes'),
    ),
  )
  await uniqueIndex(db, 'contracts', ['number'])
  await listed('contracts', ['number', 'amountFen', 'signedOn', 'startOn', 'endOn'])
  // Every version a contract had or is to have; the one in force stands in contracts as well.
  await createTable(db, 'contractRevisions', (t) =>
    t
      .id()
      .ref('contractId', 'contracts', required)
      .integer('revision', required)
      .text('state', required)
      .text('reason')
      .text('content', required)
      .ref('actorId', 'users')
      .text('createdAt', required)
      .text('decidedAt'),
  )
  await uniqueIndex(db, 'contractRevisions', ['contractId', 'revision'], { where: `"state" <> 'refused'` })
  await createIndex(db, 'contractRevisions', ['contractId', 'id'])

  await createTable(db, 'quotes', (t) =>
    kept(
      whose(t.id().text('number', required).integer('revision', required).ref('rootId', 'quotes'))
        .text('state', required)
        .text('quotedOn', required)
        .text('validUntil')
        .bigint('discountFen', required)
        .bigint('amountFen', required)
        .bigint('taxFen', required)
        .text('terms')
        .text('declineReason')
        .text('notes'),
    ),
  )
  await uniqueIndex(db, 'quotes', ['number'])
  await listed('quotes', ['number', 'quotedOn', 'validUntil', 'amountFen'])
  await createIndex(db, 'quotes', ['rootId'])
  await createTable(db, 'quoteLines', (t) => kept(item(t.id().ref('quoteId', 'quotes', required))))
  await createIndex(db, 'quoteLines', ['quoteId', 'position'])
  await createIndex(db, 'quoteLines', ['productId', 'id'])

  await createTable(db, 'orders', (t) =>
    kept(
      whose(t.id().text('number', required))
        .ref('contractId', 'contracts')
        .ref('quoteId', 'quotes')
        .ref('delivererId', 'users')
        .text('state', required)
        .text('orderedOn', required)
        .text('promisedOn')
        .bigint('discountFen', required)
        .bigint('amountFen', required)
        .bigint('taxFen', required)
        .bigint('costFen')
        .text('address')
        .text('voidReason')
        .text('notes'),
    ),
  )
  await uniqueIndex(db, 'orders', ['number'])
  await listed('orders', ['number', 'orderedOn', 'promisedOn', 'amountFen'])
  await createIndex(db, 'orders', ['contractId', 'id'])
  await createIndex(db, 'orders', ['quoteId'])
  await createIndex(db, 'orders', ['delivererId', 'id'], LIVE)
  await createTable(db, 'orderLines', (t) =>
    kept(
      item(t.id().ref('orderId', 'orders', required))
        .bigint('costFen')
        .bigint('deliveredMilli', required)
        .bigint('returnedMilli', required),
    ),
  )
  await createIndex(db, 'orderLines', ['orderId', 'position'])
  await createIndex(db, 'orderLines', ['productId', 'id'])
  // The board of what is still to be delivered. No bare column beside the `<`: SQLite turns such a comparison round, and then
  // does not know it again.
  await createIndex(db, 'orderLines', ['promisedOn', 'id', 'orderId'], {
    where: '"deletedAt" is null and "deliveredMilli" - "returnedMilli" - "qtyMilli" < 0',
    name: 'orderLines_open',
  })

  await createTable(db, 'deliveries', (t) =>
    kept(
      t
        .id()
        .text('number', required)
        .ref('orderId', 'orders', required)
        .ref('customerId', 'customers', required)
        .text('kind', required)
        .text('state', required)
        .text('deliveredOn', required)
        .ref('delivererId', 'users')
        .text('carrier')
        .text('trackingNumber')
        .text('address')
        .text('receiver')
        .text('voidReason')
        .text('notes'),
    ),
  )
  await uniqueIndex(db, 'deliveries', ['number'])
  await createIndex(db, 'deliveries', ['customerId', 'deletedAt', 'id'])
  await createIndex(db, 'deliveries', ['orderId', 'id'])
  await createIndex(db, 'deliveries', ['delivererId', 'id'], LIVE)
  for (const sorted of ['createdAt', 'updatedAt', 'number', 'deliveredOn'])
    await createIndex(db, 'deliveries', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)
  await createTable(db, 'deliveryLines', (t) =>
    kept(
      t
        .id()
        .ref('deliveryId', 'deliveries', required)
        .ref('orderLineId', 'orderLines', required)
        .text('name', required)
        .bigint('qtyMilli', required),
    ),
  )
  await createIndex(db, 'deliveryLines', ['deliveryId', 'id'])
  await createIndex(db, 'deliveryLines', ['orderLineId', 'id'])

  await createView(
    db,
    'effectiveContracts',
    `select "id", "customerId", "ownerId", "teamId", "amountFen", "signedOn" from "contracts"
      where "state" in ('active', 'completed', 'archived') and "deletedAt" is null`,
  )
  await createView(
    db,
    'effectiveOrders',
    `select "id", "customerId", "contractId", "ownerId", "teamId", "amountFen", "taxFen", "costFen", "orderedOn" from "orders"
      where "state" in ('confirmed', 'partial', 'delivered', 'closed') and "deletedAt" is null`,
  )
}
