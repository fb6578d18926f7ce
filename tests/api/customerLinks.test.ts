import { customerLinks } from '@crm/server/modules/customerLinks'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { catalogOf } from '../support/catalog.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

it('每一列指向客户的外键都写在 customerLinks 里,没有过时的', async () => {
  const { engine, read } = app.store
  const asked =
    engine === 'postgres'
      ? sql`select c.conrelid::regclass::text as "table", a.attname as "column" from pg_constraint c
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
          where c.contype = 'f' and c.confrelid = '"customers"'::regclass`
      : sql`select m.name as "table", f."from" as "column" from sqlite_master m join pragma_foreign_key_list(m.name) f
          where m.type = 'table' and f."table" = 'customers'`
  const { rows } = await asked.execute(read as never)
  const real = (rows as { table: string; column: string }[]).map(
    ({ table, column }) => `${table.replaceAll('"', '')}.${column}`,
  )
  const listed = customerLinks.map(({ column, table }) => `${table}.${column}`)
  expect(real.filter((name) => !listed.includes(name))).toEqual([])
  const catalog = await catalogOf(app.store)
  expect(customerLinks.filter(({ column, table }) => !catalog.get(table)?.has(column))).toEqual([])
  // Links that may point at several kinds of record carry no foreign key: found by the names such columns have here.
  const loose = [...catalog].flatMap(([table, columns]) =>
    ['recordId', 'subjectId'].filter((column) => columns.has(column)).map((column) => `${table}.${column}`),
  )
  // A consent is asked for to a document, never to a customer; a reminder names its customer in a column of its own.
  const known = [
    'approvals.subjectId',
    'auditLog.recordId',
    'importRows.recordId',
    'phoneNumbers.recordId',
    'reminders.subjectId',
  ]
  expect(loose.filter((name) => !listed.includes(name) && !known.includes(name))).toEqual([])
})
