import { addColumns, createIndex, createTable, type Db, required } from './helpers.ts'

export const name = '0011_merges'

/** 查重报告, 合并 with what its undo needs, and 离职交接. */
export async function up(db: Db): Promise<void> {
  await addColumns(db, 'customers', (t) => t.ref('mergedIntoId', 'customers'))
  await createIndex(db, 'customers', ['mergedIntoId'], { where: '"mergedIntoId" is not null' })

  await createTable(db, 'customerMerges', (t) => {
    t.id().ref('survivorId', 'customers', required).ref('loserId', 'customers', required)
    t.text('survivorBefore', required).text('survivorAfter', required).text('loserBefore', required)
    return t.ref('byUserId', 'users').text('byName', required).text('mergedAt', required).text('undoneAt')
  })
  await createIndex(db, 'customerMerges', ['survivorId', 'id'])
  await createIndex(db, 'customerMerges', ['loserId', 'id'])
  await createTable(db, 'customerMergeRows', (t) =>
    t
      .id()
      .ref('mergeId', 'customerMerges', required)
      .text('link', required)
      .text('kind', required)
      .integer('rowId')
      .text('data'),
  )
  await createIndex(db, 'customerMergeRows', ['mergeId', 'link'])

  await createTable(db, 'duplicateReports', (t) => {
    t.id().text('state', required).text('startedAt', required).text('finishedAt').text('byName')
    return t.integer('done', required).integer('total', required).integer('groups', required)
  })
  await createTable(db, 'duplicateGroups', (t) => {
    t.id().ref('reportId', 'duplicateReports', required).text('kind', required).text('shared', required)
    t.text('signature', required).text('state', required).integer('size', required)
    return t.ref('mergeId', 'customerMerges')
  })
  await createIndex(db, 'duplicateGroups', ['reportId', 'state', 'id'])
  await createIndex(db, 'duplicateGroups', ['signature', 'state'])
  await createIndex(db, 'duplicateGroups', ['mergeId'], { where: '"mergeId" is not null' })
  await createTable(db, 'duplicateMembers', (t) =>
    t.id().ref('groupId', 'duplicateGroups', required).ref('customerId', 'customers', required).integer('contactId'),
  )
  await createIndex(db, 'duplicateMembers', ['groupId', 'customerId'])
  await createIndex(db, 'duplicateMembers', ['customerId'])

  await createTable(db, 'handovers', (t) => {
    t.id().text('state', required).ref('fromUserId', 'users', required)
    t.text('toUserIds', required).text('include', required).flag('disables').flag('hasDisabled')
    t.ref('byUserId', 'users').text('byName', required)
    t.text('createdAt', required).text('updatedAt', required).text('finishedAt')
    return t.integer('total', required).integer('done', required).text('problem')
  })
  await createIndex(db, 'handovers', ['state', 'id'])
  await createTable(db, 'handoverRows', (t) => {
    t.id().ref('handoverId', 'handovers', required).text('kind', required)
    t.integer('rowId', required).text('title', required).text('customerName')
    t.ref('toUserId', 'users', required).text('data').text('state', required)
    return t
  })
  await createIndex(db, 'handoverRows', ['handoverId', 'kind', 'rowId'])
  await createIndex(db, 'handoverRows', ['handoverId', 'state', 'id'])
}
