import { wholeOf } from '@crm/shared/contract/importFields'
import type { UpdateObject } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import type { DB } from '../../../db/schema.ts'
import { BusyError, type Read } from '../../../db/store.ts'
import { inSlicesApart } from './apart.ts'
import { type BatchRow, entityOfBatch, findBatch, headersOf, kindsFor, mappingOf } from './batches.ts'
import { type Converted, converter } from './convert.ts'
import { type ImportDeps, importerOf, newHolder, type OnProgress } from './deps.ts'
import { composer, type Unit, unitsOf } from './documents.ts'
import { addWords, type Directory, readDirectory } from './directory.ts'
import { claim, keep, LeaseLost, leaseOf, RELEASED } from './lease.ts'
import { failRow, type Outcome, writeRow } from './writeRow.ts'

const PAGE_ROWS = 100

export interface RunOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

/** Sets a checked batch running for `holder`; 409 when it is not to be started. A failed one goes on with what is left. */
export async function startRun({ clock, store }: ImportDeps, actor: Actor, id: number, holder: string): Promise<void> {
  const batch = await findBatch(store.read, actor, id)
  const again = batch.state === 'failed' && batch.total > 0
  if (batch.state !== 'checked' && !again)
    throw problem('illegal_move', batch.state === 'running' ? '这批资料正在导入' : '这批资料不能导入,请重新上传')
  const limitedTo = actor.via === 'token' ? [...actor.grants.keys()].join(',') : null
  const counts = again ? {} : { done: batch.failed, created: 0, updated: 0, skipped: 0, duplicates: 0 }
  if (
    !(await claim(store, clock, id, holder, [batch.state], { state: 'running', problem: null, limitedTo, ...counts }))
  )
    throw problem('illegal_move', '这批资料正在处理')
}

/** Writes the rows of a running batch that `holder` has claimed. Never throws for the rows' own sake; what stopped it stands in the batch. */
export async function runBatch(deps: ImportDeps, id: number, holder: string, options: RunOptions = {}): Promise<void> {
  const { clock, store } = deps
  const end = (change: UpdateObject<DB, 'imports'>) =>
    store.tx((tx) => keep(tx, id, holder, { ...change, ...RELEASED, updatedAt: clock.now() }))
  try {
    const ending = await writeRows(deps, id, holder, options)
    if (ending === 'stopped') await end({})
    else if (ending === 'forbidden') await end({ state: 'failed', problem: '导入人已停用或不再有导入的权限' })
    else await end({ state: 'done', done: sql<number>`${sql.ref('total')}` })
  } catch (error) {
    if (error instanceof LeaseLost) return
    // Busy or closing: another look later, by whoever is alive then.
    if (error instanceof BusyError) return void (await end({}).catch(() => {}))
    await end({ state: 'failed', problem: '导入中断:系统出错,可以再次点击导入继续' }).catch(() => {})
    throw error
  }
}

async function writeRows(
  deps: ImportDeps,
  id: number,
  holder: string,
  { onProgress, signal }: RunOptions,
): Promise<'finished' | 'stopped' | 'forbidden'> {
  const { clock, followers, store } = deps
  const batch = await store.read.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const rules = { kind: kindsFor(followers)[batch.entity], mode: batch.mode, importId: id, fileName: batch.fileName }
  const prepare = preparer(deps, batch, await readDirectory(store.read))
  let { done } = batch
  for await (const page of unitsOf(store.read, batch, PAGE_ROWS, ['ready', 'duplicate'])) {
    if (signal?.aborted) return 'stopped'
    const actor = await importerOf(deps, batch)
    if (!actor) return 'forbidden'
    const rows = await prepare(actor, page)
    await inSlicesApart(
      store,
      rows,
      (tx, row, trouble) => (trouble === null ? writeRow(tx, actor, rules, row) : failRow(tx, row, trouble)),
      {
        ...(signal && { signal }),
        finish: async (tx, outcomes) => {
          await keep(tx, id, holder, { ...counted(outcomes), ...leaseOf(clock, holder), updatedAt: clock.now() })
        },
      },
    )
    for (const unit of page) done += unit.length
    onProgress?.({ phase: 'running', done, total: batch.total })
  }
  return signal?.aborted ? 'stopped' : 'finished'
}

/** Rows as records; words the office lacks are added first, outside the slices. */
function preparer({ store }: ImportDeps, batch: BatchRow, first: Directory) {
  const [entity, headers, mapping] = [entityOfBatch(batch), headersOf(batch), mappingOf(batch)]
  const compose = composer(batch)
  const head = wholeOf(batch.entity)?.head
  const [adding, plain] = [true, false].map((mayAdd) => converter(entity, headers, mapping, mayAdd, head)) as [
    ReturnType<typeof converter>,
    ReturnType<typeof converter>,
  ]
  let directory = first
  return async (actor: Actor, page: readonly Unit[]): Promise<Converted[]> => {
    const rows = page.map((unit) => compose(unit, (row) => adding(row, directory, actor)))
    const items = new Map(
      rows.flatMap(({ newItems }) => newItems.map((item) => [`${item.dictionary}/${item.label}`, item])),
    )
    const tags = new Set(rows.flatMap(({ newTags }) => newTags))
    const categories = new Set(rows.flatMap(({ newCategories }) => newCategories))
    if (items.size + tags.size + categories.size === 0) return rows
    await addWords(store, actor, { items: [...items.values()], tags: [...tags], categories: [...categories] })
    directory = await readDirectory(store.read)
    return page.map((unit) => compose(unit, (row) => plain(row, directory, actor)))
  }
}

function counted(outcomes: readonly Outcome[]): UpdateObject<DB, 'imports'> {
  const rowsIn = (some: readonly Outcome[]) => some.reduce((sum, { rows }) => sum + rows, 0)
  const of = (status: Outcome['status']) => rowsIn(outcomes.filter((outcome) => outcome.status === status))
  const more = (column: string, n: number) => sql<number>`${sql.ref(column)} + ${n}`
  return {
    done: more('done', rowsIn(outcomes)),
    created: more('created', of('created')),
    updated: more('updated', of('updated')),
    skipped: more('skipped', of('skipped')),
    failed: more('failed', of('failed')),
    duplicates: more('duplicates', rowsIn(outcomes.filter(({ isDuplicate }) => isDuplicate))),
  }
}

const unfinished = (read: Read) =>
  read.selectFrom('imports').select(['id', 'state']).where('state', 'in', ['running', 'checking'])

/** Whether an import is under way, here or anywhere. */
export const interrupted = async (read: Read): Promise<boolean> =>
  (await unfinished(read).limit(1).executeTakeFirst()) !== undefined

/** Takes over what a server left behind when it died: running imports go on, half-read files are given up. */
export async function resumeImports(deps: ImportDeps, signal?: AbortSignal): Promise<void> {
  const { clock, store } = deps
  const left = await unfinished(store.read).orderBy('id').execute()
  for (const { id, state } of left) {
    if (signal?.aborted) return
    const holder = newHolder()
    if (!(await claim(store, clock, id, holder, [state]))) continue
    if (state === 'running') await runBatch(deps, id, holder, { ...(signal && { signal }) })
    else
      await store.tx((tx) =>
        keep(tx, id, holder, {
          state: 'failed',
          problem: '检查中断,请重新检查或重新上传',
          ...RELEASED,
          updatedAt: clock.now(),
        }),
      )
  }
}
