import type { Db, Migration } from '@crm/migrations'
import { createIndex, createSearchIndex, createTable, required, uniqueIndex } from '@crm/migrations/helpers'
import { appendOnly, bumpOnWrite } from '@crm/migrations/triggers'
import type { Generated, Kysely, Transaction } from 'kysely'

/** Tables that exercise the database layer alone, whatever the product's tables are today. */
export interface Shop {
  goods: {
    id: Generated<number>
    code: string | null
    name: string
    stock: number
    priceFen: number
    onSale: Generated<number>
    deletedAt: string | null
  }
  ledger: { id: Generated<number>; goodsId: number; text: string }
  rightsVersion: { n: number }
}

async function up(db: Db): Promise<void> {
  await createTable(db, 'goods', (t) =>
    t
      .id()
      .text('code')
      .text('name', required)
      .integer('stock', (c) => c.notNull().defaultTo(0))
      .bigint('priceFen', (c) => c.notNull().defaultTo(0))
      .flag('onSale')
      .text('deletedAt'),
  )
  await createIndex(db, 'goods', ['name'])
  await uniqueIndex(db, 'goods', ['code'], { where: '"deletedAt" is null' })
  await createTable(db, 'ledger', (t) => t.id().ref('goodsId', 'goods', required).text('text', required))
  await appendOnly(db, 'ledger')
  await createTable(db, 'rightsVersion', (t) => t.integer('n', required))
  await db.insertInto('rightsVersion').values({ n: 0 }).execute()
  await bumpOnWrite(db, [{ table: 'goods', columns: ['onSale'] }], 'rightsVersion')
  await createSearchIndex(db, 'goodsSearch')
}

export const shopMigrations: readonly Migration[] = [{ name: '0001_shop', up }]

/** The same handle, knowing the shop's tables. */
export const shop = (db: unknown) => db as Kysely<Shop>
export type ShopTx = Transaction<Shop>
