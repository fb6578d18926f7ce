import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'
import { appendOnly } from './triggers.ts'

export const name = '0002_base'

/** What every module leans on: settings, dictionaries, the audit log, jobs, the outbox, idempotency keys. */
export async function up(db: Db): Promise<void> {
  for (const table of ['settings', 'secrets'])
    await createTable(db, table, (t) => t.text('name', (c) => c.primaryKey().notNull()).text('value', required))
  await createTable(db, 'sequences', (t) => t.text('name', (c) => c.primaryKey().notNull()).integer('next', required))
  await createTable(db, 'dictItems', (t) =>
    t
      .id()
      .text('dictionary', required)
      .text('code', required)
      .text('label', required)
      .integer('position', required)
      .flag('active', (c) => c.defaultTo(1))
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await uniqueIndex(db, 'dictItems', ['dictionary', 'code'])
  await uniqueIndex(db, 'dictItems', ['dictionary', 'label'])

  await createTable(db, 'auditLog', (t) =>
    t
      .id()
      .text('at', required)
      .ref('actorId', 'users')
      .text('actorName', required)
      .text('via', required)
      .text('address')
      .text('entity', required)
      .integer('recordId')
      .text('action', required)
      .text('before')
      .text('after')
      .text('note'),
  )
  await createIndex(db, 'auditLog', ['entity', 'recordId', 'id'])
  await createIndex(db, 'auditLog', ['actorId', 'id'])
  await createIndex(db, 'auditLog', ['at'])
  await appendOnly(db, 'auditLog')
  await createTable(db, 'auditSeals', (t) =>
    t.id().integer('fromId', required).integer('toId', required).text('hash', required).text('createdAt', required),
  )
  await appendOnly(db, 'auditSeals')

  await createTable(
    db,
    'idempotencyKeys',
    (t) =>
      t
        .integer('actorId', required)
        .text('route', required)
        .text('key', required)
        .text('bodyHash', required)
        .integer('status', required)
        .text('reply', required)
        .text('createdAt', required),
    (table) => table.addPrimaryKeyConstraint('idempotencyKeys_key', ['actorId', 'route', 'key']),
  )
  await createIndex(db, 'idempotencyKeys', ['createdAt'])
  await createTable(db, 'jobs', (t) =>
    t
      .text('name', (c) => c.primaryKey().notNull())
      .text('dueAt', required)
      .text('leasedBy')
      .text('leasedUntil')
      .text('lastRunAt')
      .text('lastProblem'),
  )
  await createTable(db, 'outbox', (t) =>
    t
      .id()
      .text('kind', required)
      .text('payload', required)
      .text('createdAt', required)
      .text('doneAt')
      .integer('attempts', required)
      .text('lastProblem'),
  )
  await createIndex(db, 'outbox', ['id'], { where: '"doneAt" is null', name: 'outbox_waiting' })
}
