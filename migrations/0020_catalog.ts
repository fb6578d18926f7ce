import {
  addColumns,
  createIndex,
  createSearchIndex,
  createTable,
  type Columns,
  type Db,
  required,
  uniqueIndex,
} from './helpers.ts'

export const name = '0020_catalog'
const LIVE = { where: '"deletedAt" is null' }
const AT = '2026-11-22T00:00:00.000Z'
const DICTIONARIES: Readonly<Record<string, readonly (readonly [code: string, label: string])[]>> = {
  productUnit: [
    ['piece', '个'],
    ['set', '套'],
    ['unit', '台'],
    ['box', '箱'],
    ['kg', '千克'],
    ['ton', '吨'],
    ['metre', '米'],
    ['hour', '小时'],
    ['year', '年'],
  ],
  contractType: [
    ['sales', '销售合同'],
    ['framework', '框架协议'],
    ['service', '服务合同'],
    ['lease', '租赁合同'],
    ['other', '其他'],
  ],
  receiptMethod: [
    ['bank', '银行转账'],
    ['acceptance', '承兑汇票'],
    ['cheque', '支票'],
    ['cash', '现金'],
    ['wechat', '微信'],
    ['alipay', '支付宝'],
    ['other', '其他'],
  ],
  expenseType: [
    ['travel', '差旅费'],
    ['entertainment', '招待费'],
    ['transport', '交通费'],
    ['freight', '运费'],
    ['gift', '礼品费'],
    ['service', '服务费'],
    ['exhibition', '展会与推广'],
    ['other', '其他'],
  ],
}
const kept = (t: Columns): Columns =>
  t.integer('version', required).text('createdAt', required).text('updatedAt', required).text('deletedAt')

/** 商品信息, what it is sold for, and the dictionaries of business documents. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'productCategories', (t) =>
    kept(t.id().text('name', required).ref('parentId', 'productCategories').integer('position', required)),
  )
  await createIndex(db, 'productCategories', ['parentId'])

  await createTable(db, 'products', (t) =>
    kept(
      t
        .id()
        .text('number', required)
        .text('name', required)
        .ref('categoryId', 'productCategories')
        .text('spec')
        .text('unit')
        .bigint('priceFen', required)
        .bigint('costFen')
        .integer('taxRateBp', required)
        .flag('active', (c) => c.defaultTo(1))
        .text('barcode')
        .text('notes')
        .text('initials', required)
        .text('searchText', required),
    ),
  )
  await uniqueIndex(db, 'products', ['number'], LIVE)
  for (const sorted of ['updatedAt', 'createdAt', 'number', 'initials', 'priceFen'])
    await createIndex(db, 'products', [sorted, 'id'], LIVE)
  await createIndex(db, 'products', ['categoryId', 'id'], LIVE)
  await createIndex(db, 'products', ['barcode'], LIVE)
  await createIndex(db, 'products', ['deletedAt', 'id'], {
    where: '"deletedAt" is not null',
    name: 'products_recycled',
  })
  await createSearchIndex(db, 'productSearch')

  await createTable(db, 'productPrices', (t) =>
    kept(
      t
        .id()
        .ref('productId', 'products', required)
        .ref('customerId', 'customers')
        .text('level')
        .bigint('minQtyMilli', required)
        .bigint('priceFen', required)
        .text('fromOn')
        .text('untilOn')
        .text('note'),
    ),
  )
  await createIndex(db, 'productPrices', ['productId', 'id'], LIVE)
  await createIndex(db, 'productPrices', ['customerId'])
  for (const sorted of ['updatedAt', 'createdAt']) await createIndex(db, 'productPrices', [sorted, 'id'], LIVE)

  await createTable(db, 'priceMoves', (t) =>
    kept(
      t
        .id()
        .ref('productId', 'products', required)
        .text('direction', required)
        .text('regionCode')
        .ref('customerId', 'customers')
        .bigint('lowestFen')
        .bigint('highestFen')
        .text('untilOn')
        .text('reason'),
    ),
  )
  await createIndex(db, 'priceMoves', ['productId', 'id'], LIVE)
  await createIndex(db, 'priceMoves', ['customerId'])
  for (const sorted of ['updatedAt', 'createdAt']) await createIndex(db, 'priceMoves', [sorted, 'id'], LIVE)

  await createTable(db, 'productUses', (t) =>
    kept(
      t
        .id()
        .ref('customerId', 'customers', required)
        .ref('productId', 'products', required)
        .text('fromOn', required)
        .text('untilOn', required)
        .bigint('qtyMilli', required)
        .text('note'),
    ),
  )
  await createIndex(db, 'productUses', ['customerId', 'productId', 'fromOn'])
  await createIndex(db, 'productUses', ['productId'])
  for (const sorted of ['updatedAt', 'createdAt', 'fromOn'])
    await createIndex(db, 'productUses', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)

  // A higher limit until a day, on top of the standing one.
  await addColumns(db, 'customers', (t) => t.bigint('temporaryCreditFen').text('temporaryCreditUntil'))

  // A new installation gets its dictionaries when it is founded; one that is at work gets these now.
  const founded = await db.selectFrom('dictItems').select('id').limit(1).executeTakeFirst()
  if (!founded) return
  const rows = Object.entries(DICTIONARIES).flatMap(([dictionary, items]) =>
    items.map(([code, label], at) => ({
      dictionary,
      code,
      label,
      position: (at + 1) * 10,
      active: 1,
      version: 1,
      createdAt: AT,
      updatedAt: AT,
      deletedAt: null,
    })),
  )
  await db.insertInto('dictItems').values(rows).execute()
}
