import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0025_contracts'

/** Which reminder of which end of a contract has gone out: another end is reminded of again. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'contractReminders', (t) =>
    t
      .id()
      .ref('contractId', 'contracts', required)
      .text('endOn', required)
      .integer('step', required)
      .text('at', required),
  )
  await uniqueIndex(db, 'contractReminders', ['contractId', 'endOn', 'step'])
  for (const column of ['name', 'createdAt', 'updatedAt'])
    await createIndex(db, 'contractTemplates', [column, 'id'], { where: '"deletedAt" is null' })
}
