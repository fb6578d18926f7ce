import { expect } from 'vitest'
import type { TestApp } from './app.ts'
import type { Answer } from './client.ts'
import { dumpOf } from './dump.ts'

/** Expects the request to be refused with this status, naming the field, and to have changed nothing at all. */
export async function expectRefusal(
  app: TestApp,
  work: () => Promise<Answer>,
  status: number,
  field?: string,
): Promise<void> {
  const before = await dumpOf(app.store)
  expect(await work()).toMatchObject({ status, body: field ? { errors: [{ field }] } : {} })
  expect(await dumpOf(app.store)).toEqual(before)
}

/** The audit rows of one record, oldest first, as stored. */
export async function auditOf({ store }: TestApp, entity: string, recordId: number) {
  const rows = await store.read
    .selectFrom('auditLog')
    .selectAll()
    .where('entity', '=', entity)
    .where('recordId', '=', recordId)
    .orderBy('id')
    .execute()
  const parsed = (text: string | null) => (text === null ? null : (JSON.parse(text) as Record<string, unknown>))
  return rows.map((row) => ({ ...row, before: parsed(row.before), after: parsed(row.after) }))
}
