import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'
import { appendOnly } from './triggers.ts'

export const name = '0023_approvals'

/** 审批: who must agree to what, who was asked, what they said. 大额业务: from when on managers hear of it. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'approvalFlows', (t) =>
    t.id().text('subject', required).bigint('minAmountFen').text('steps', required).text('updatedAt', required),
  )
  await uniqueIndex(db, 'approvalFlows', ['subject'])

  // What was asked for, as it was then. Its state follows from its tasks.
  await createTable(db, 'approvals', (t) =>
    t
      .id()
      .text('subject', required)
      .integer('subjectId', required)
      .text('title', required)
      .ref('customerId', 'customers')
      .bigint('amountFen')
      .text('facts', required)
      .ref('applicantId', 'users')
      .text('applicantName', required)
      // The ways of agreeing, step by step, as JSON.
      .text('modes', required)
      .text('createdAt', required)
      .text('changedAt', required),
  )
  await createIndex(db, 'approvals', ['subject', 'subjectId', 'id'])
  await createIndex(db, 'approvals', ['applicantId', 'id'])
  await createIndex(db, 'approvals', ['customerId'])

  // `openedAt`: since when it is this person's turn. `outcome`: empty until decided.
  await createTable(db, 'approvalTasks', (t) =>
    t
      .id()
      .ref('approvalId', 'approvals', required)
      .integer('step', required)
      .integer('position', required)
      .ref('userId', 'users', required)
      .text('openedAt')
      .text('outcome')
      .text('decidedAt')
      .text('note'),
  )
  await createIndex(db, 'approvalTasks', ['approvalId', 'step', 'position', 'id'])
  await createIndex(db, 'approvalTasks', ['userId', 'approvalId'])
  await createIndex(db, 'approvalTasks', ['userId', 'approvalId'], {
    where: '"outcome" is null and "openedAt" is not null',
    name: 'approvalTasks_waiting',
  })

  await createTable(db, 'approvalEvents', (t) =>
    t
      .id()
      .ref('approvalId', 'approvals', required)
      .text('at', required)
      .ref('actorId', 'users')
      .text('actorName', required)
      .text('action', required)
      .integer('step')
      .text('toName')
      .text('note'),
  )
  await createIndex(db, 'approvalEvents', ['approvalId', 'id'])
  await appendOnly(db, 'approvalEvents', { removable: true })

  // Without a team: the whole company's.
  await createTable(db, 'bigDealRules', (t) => t.id().ref('teamId', 'teams').bigint('amountFen').integer('discountBp'))
}
