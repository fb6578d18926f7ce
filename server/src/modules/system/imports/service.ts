/** What routes, jobs and the command line may ask of imports. */
import type { ImportBatch, ImportEntity, ImportMode } from '@crm/shared/contract/imports'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import { entityOfBatch, findBatch, headersOf, showBatch } from './batches.ts'
import { checkBatch } from './check.ts'
import { type ImportDeps, newHolder, type OnProgress } from './deps.ts'
import { type Intake, takeIn } from './intake.ts'
import { claim, keep, RELEASED } from './lease.ts'
import { checkedMapping, type Mapping } from './mapping.ts'
import { runBatch, startRun } from './run.ts'
import { undoBatch } from './undo.ts'
import { checkMode } from './modes.ts'

export { findBatch, listBatches, rowsOfBatch, showBatch } from './batches.ts'
export type { ImportDeps, OnProgress, Progress } from './deps.ts'
export { eraseImport, eraseImportRow } from './erase.ts'
export { writeErrors } from './errorsFile.ts'
export type { Intake } from './intake.ts'
export { guess, type Mapping } from './mapping.ts'
export { freeImports } from './lease.ts'
export { interrupted, resumeImports } from './run.ts'

/** Reads and checks a file; writes no customer. */
export async function upload(
  deps: ImportDeps,
  actor: Actor,
  intake: Intake,
  onProgress?: OnProgress,
): Promise<ImportBatch> {
  const holder = newHolder()
  const id = await takeIn(deps, actor, intake, holder, onProgress)
  await checked(deps, actor, id, holder, onProgress)
  return show(deps, actor, id)
}

/** Checks again, with another mapping (the whole of it) or another way with duplicates. */
export async function recheck(
  deps: ImportDeps,
  actor: Actor,
  id: number,
  { mapping, mode }: { mapping?: Mapping | null | undefined; mode?: ImportMode | null | undefined },
): Promise<ImportBatch> {
  const batch = await findBatch(deps.store.read, actor, id)
  if (mode) checkMode(batch.entity, mode)
  const changed = mapping
    ? { mapping: JSON.stringify(checkedMapping(entityOfBatch(batch), headersOf(batch), mapping)) }
    : {}
  const isOpen =
    batch.state === 'checked' || (batch.state === 'failed' && batch.total > 0 && batch.created + batch.updated === 0)
  const holder = newHolder()
  if (
    !isOpen ||
    !(await claim(deps.store, deps.clock, id, holder, [batch.state], {
      ...changed,
      mode: mode ?? batch.mode,
      state: 'checking',
    }))
  )
    throw problem('illegal_move', '这批资料已开始导入,不能重新检查')
  await checked(deps, actor, id, holder)
  return show(deps, actor, id)
}

/** Starts writing and answers at once; `ended` settles when all is written. */
export async function run(
  deps: ImportDeps,
  actor: Actor,
  id: number,
): Promise<{ batch: ImportBatch; ended: Promise<void> }> {
  const holder = newHolder()
  await startRun(deps, actor, id, holder)
  const batch = await show(deps, actor, id)
  return { batch, ended: runBatch(deps, id, holder) }
}

export async function undo(deps: ImportDeps, actor: Actor, id: number): Promise<ImportBatch> {
  await undoBatch(deps, actor, id)
  return show(deps, actor, id)
}

export interface FileImport {
  readonly entity: ImportEntity
  readonly file: string
  readonly fileName: string
  /** On top of the guess: header -> field name or its label. */
  readonly mapping?: Mapping
  readonly mode: ImportMode
  /** Checks only. */
  readonly dryRun: boolean
}
export type ImportCounts = Pick<
  ImportBatch,
  'id' | 'total' | 'created' | 'updated' | 'skipped' | 'duplicates' | 'failed' | 'state' | 'problem' | 'warnings'
>

/** The whole import from a file on disk, for the command line. ProblemError when the file cannot be read. */
export async function importFile(
  deps: ImportDeps,
  actor: Actor,
  { dryRun, ...intake }: FileImport,
  onProgress?: OnProgress,
): Promise<ImportCounts> {
  const holder = newHolder()
  const id = await takeIn(deps, actor, intake, holder, onProgress)
  await checked(deps, actor, id, holder, onProgress)
  if (!dryRun) {
    await startRun(deps, actor, id, holder)
    await runBatch(deps, id, holder, { ...(onProgress && { onProgress }) })
  }
  const {
    created,
    duplicates,
    failed,
    problem: reason,
    skipped,
    state,
    total,
    updated,
    warnings,
  } = await show(deps, actor, id)
  return { id, total, created, updated, skipped, duplicates, failed, state, problem: reason, warnings }
}

const show = async ({ store }: ImportDeps, actor: Actor, id: number) =>
  showBatch(store.read, await findBatch(store.read, actor, id))

async function checked(
  deps: ImportDeps,
  actor: Actor,
  id: number,
  holder: string,
  onProgress?: OnProgress,
): Promise<void> {
  try {
    await checkBatch(deps, actor, id, holder, onProgress)
  } catch (error) {
    await deps.store
      .tx((tx) =>
        keep(tx, id, holder, {
          state: 'failed',
          problem: '检查中断,请重新检查',
          ...RELEASED,
          updatedAt: deps.clock.now(),
        }),
      )
      .catch(() => {})
    throw error
  }
}
