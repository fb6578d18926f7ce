import { wholeOf } from '@crm/shared/contract/importFields'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Actor } from '../../../core/access/actor.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import { entityOfBatch, findBatch, headersOf, kindsFor, mappingOf, type RowStatus } from './batches.ts'
import { type Complaint, stored } from './complaints.ts'
import { type Converted, converter } from './convert.ts'
import { decide, type Verdict } from './decide.ts'
import type { ImportDeps, OnProgress } from './deps.ts'
import { readDirectory } from './directory.ts'
import { composer, toldByRow, unitsOf } from './documents.ts'
import { keep, leaseOf, RELEASED } from './lease.ts'
import { notebook } from './notes.ts'

/** Rows looked at in one go: a few ms of work, and one look-up per key. */
const PAGE_ROWS = 100

interface Change {
  readonly id: number
  readonly status: RowStatus
  readonly message: string | null
}

/**
 * Judges every row of a batch that this process has claimed, without writing a customer; the batch ends as 待导入.
 * The verdicts are a forecast: the import judges again, in the transaction that writes.
 */
export async function checkBatch(
  { clock, followers, store }: ImportDeps,
  actor: Actor,
  id: number,
  holder: string,
  onProgress?: OnProgress,
): Promise<void> {
  const batch = await findBatch(store.read, actor, id)
  const [headers, mapping, kind] = [headersOf(batch), mappingOf(batch), kindsFor(followers)[batch.entity]]
  const convert = converter(entityOfBatch(batch), headers, mapping, true, wholeOf(batch.entity)?.head)
  const directory = await readDirectory(store.read)
  const remember = kind.memory()
  const notes = notebook(kind.entity, headers, mapping)
  const compose = composer(batch)
  const counts = { duplicates: 0, failed: 0 }

  const judge = (row: Converted, finding: Parameters<typeof decide>[4]): Verdict => {
    const first = decide(kind, actor, batch.mode, row, finding, null)
    // A row that fails anyway is no original for those below it.
    const verdict =
      first.status === 'failed' ? first : decide(kind, actor, batch.mode, row, finding, remember(row, finding))
    const tooMany: Complaint[] = verdict.status === 'failed' ? [] : notes.take(row, finding.remarks)
    return tooMany.length > 0 ? { status: 'failed', complaints: tooMany, action: null } : verdict
  }

  let seen = 0
  for await (const page of unitsOf(store.read, batch, PAGE_ROWS)) {
    const rows = page.map((unit) => compose(unit, (row) => convert(row, directory, actor)))
    const meet = await kind.meet(store.read, actor, rows)
    const changes = rows.flatMap((row, at): Change[] => {
      const { complaints, status } = judge(row, meet(row))
      const unit = page[at]!
      if (status === 'duplicate') counts.duplicates += unit.length
      if (status === 'failed') counts.failed += unit.length
      return toldByRow(row, complaints, status === 'failed').flatMap(({ id, complaints: told }, nth) => {
        const [before, message] = [unit[nth]!, stored(told)]
        return status === before.status && message === before.message ? [] : [{ id, status, message }]
      })
    })
    await inSlices(store, changes, (tx, { id: rowId, ...change }) =>
      tx.updateTable('importRows').set(change).where('id', '=', rowId).execute(),
    )
    await store.tx((tx) => keep(tx, id, holder, leaseOf(clock, holder)))
    for (const unit of page) seen += unit.length
    onProgress?.({ phase: 'checking', done: seen, total: batch.total })
    await breathe()
  }
  const { file } = JSON.parse(batch.warnings) as { file: string[] }
  const warnings = JSON.stringify({ file, check: notes.told() })
  const fresh = { done: 0, created: 0, updated: 0, skipped: 0, ...counts, warnings, problem: null }
  await store.tx((tx) => keep(tx, id, holder, { ...fresh, ...RELEASED, state: 'checked', updatedAt: clock.now() }))
}
