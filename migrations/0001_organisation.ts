import { sql } from 'kysely'
import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'
import { bumpOnWrite } from './triggers.ts'

export const name = '0001_organisation'

/** Operators, teams, roles; sign-ins, tokens and limits. */
export async function up(db: Db): Promise<void> {
  // Teams and users refer to each other (部门负责人), which only the second table can say with a constraint.
  await createTable(db, 'teams', (t) =>
    t
      .id()
      .text('name', required)
      .ref('parentId', 'teams')
      .integer('managerId')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await createIndex(db, 'teams', ['parentId'])
  await createTable(db, 'users', (t) =>
    t
      .id()
      .text('username', required)
      .text('name', required)
      .ref('teamId', 'teams')
      .text('phone')
      .text('email')
      .flag('disabled')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  // 张三@A and 张三@a are the same person at the keyboard.
  await uniqueIndex(db, 'users', [sql`lower("username")`], { name: 'users_username_unique' })
  await createIndex(db, 'users', ['teamId'])
  await createTable(db, 'roles', (t) =>
    t
      .id()
      .text('name', required)
      .text('reach', required)
      .text('permissions', required)
      .text('note')
      .flag('builtIn')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await uniqueIndex(db, 'roles', ['name'], { where: '"deletedAt" is null' })
  await createTable(
    db,
    'userRoles',
    (t) => t.ref('userId', 'users', required).ref('roleId', 'roles', required),
    (table) => table.addPrimaryKeyConstraint('userRoles_key', ['userId', 'roleId']),
  )
  await createIndex(db, 'userRoles', ['roleId'])

  await createTable(db, 'credentials', (t) =>
    t
      .ref('userId', 'users', (c) => c.primaryKey().notNull())
      .text('passwordHash', required)
      .text('changedAt', required),
  )
  await createTable(db, 'signIns', (t) =>
    t
      .text('id', (c) => c.primaryKey().notNull())
      .ref('userId', 'users', required)
      .text('createdAt', required)
      .text('expiresAt', required)
      .text('endedAt')
      .text('address', required)
      .text('agent', required),
  )
  await createIndex(db, 'signIns', ['userId'])
  await createIndex(db, 'signIns', ['expiresAt'])
  await createTable(db, 'apiTokens', (t) =>
    t
      .id()
      .ref('userId', 'users', required)
      .text('name', required)
      .text('prefix', required)
      .text('hash', required)
      .text('scope')
      .text('createdAt', required)
      .text('expiresAt')
      .text('lastUsedAt')
      .text('revokedAt'),
  )
  await uniqueIndex(db, 'apiTokens', ['hash'])
  await createTable(db, 'limits', (t) =>
    t
      .text('key', (c) => c.primaryKey().notNull())
      .integer('count', required)
      .text('resetsAt', required),
  )
  await createIndex(db, 'limits', ['resetsAt'])

  await createTable(db, 'rightsVersion', (t) => t.integer('id', (c) => c.primaryKey().notNull()).integer('n', required))
  await db.insertInto('rightsVersion').values({ id: 1, n: 1 }).execute()
  await bumpOnWrite(db, ['users', 'userRoles', 'roles', 'teams'], 'rightsVersion')
}
