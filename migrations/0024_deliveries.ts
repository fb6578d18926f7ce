import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0024_deliveries'

/** 交货提醒: who was told of which line on what day; 准时率: the lines due in a span of days. */
export async function up(db: Db): Promise<void> {
  // `onDay` is the day the step is about: told of it once, also when the telling comes a day early.
  await createTable(db, 'deliveriesTold', (t) =>
    t
      .id()
      .ref('orderLineId', 'orderLines', required)
      .ref('userId', 'users', required)
      .text('step', required)
      .text('onDay', required)
      .text('toldOn', required),
  )
  await uniqueIndex(db, 'deliveriesTold', ['orderLineId', 'userId', 'step', 'onDay'])
  await createIndex(db, 'deliveriesTold', ['toldOn', 'userId', 'orderLineId'])
  await createTable(db, 'deliveryRuns', (t) => t.id().text('onDay', required))
  await uniqueIndex(db, 'deliveryRuns', ['onDay'])
  await createIndex(db, 'orderLines', ['promisedOn', 'orderId', 'id'], {
    where: '"deletedAt" is null and "promisedOn" is not null',
    name: 'orderLines_due',
  })
}
