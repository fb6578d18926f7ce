import { entityInFile } from '@crm/shared/contract/importFields'
import { type ImportEntity, type ImportMode } from '@crm/shared/contract/imports'
import type { Actor } from '../../../core/access/actor.ts'
import { problem, ProblemError } from '../../../core/problem.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read } from '../../../db/store.ts'
import { headersOf, mappingOf } from './batches.ts'
import type { ImportDeps, OnProgress } from './deps.ts'
import { keep, leaseOf, RELEASED } from './lease.ts'
import { guessedWith, isOurs, type Mapping } from './mapping.ts'
import { headerKey } from './table/header.ts'
import { checkMode } from './modes.ts'
import { type OpenFile, openFile, type PlacedRows } from './twoSheets.ts'
import { TableError } from './table/tableError.ts'

export interface Intake {
  readonly entity: ImportEntity
  /** Path of the file; it may go when the intake has ended. */
  readonly file: string
  readonly fileName: string
  readonly mode: ImportMode
  /** On top of the guess. */
  readonly mapping?: Mapping
}
/** One insert; several fit into a slice. */
const CHUNK_ROWS = 20
/** A page of rows is taken apart at once: none of them may be a book. */
const MOST_ROW_CHARS = 100_000
const SHOWN_WARNINGS = 20
/** How far back a mapping that a person once put right is looked for. */
const REMEMBERED_BATCHES = 20

/** Reads the file into rows of a new batch, claimed by `holder` and still to be checked. Returns its id. */
export async function takeIn(
  { clock, store }: ImportDeps,
  actor: Actor,
  intake: Intake,
  holder: string,
  onProgress?: OnProgress,
): Promise<number> {
  checkMode(intake.entity, intake.mode)
  const table = await readable(() => openFile(intake.file, intake.entity))
  try {
    const { entity, fileName, mode } = intake
    const userId = actor.id === 0 ? null : actor.id
    const mapping =
      intake.mapping || userId === null ? null : await rememberedMapping(store.read, userId, entity, table.headers)
    const at = clock.now()
    const empty = {
      total: 0,
      done: 0,
      created: 0,
      updated: 0,
      skipped: 0,
      duplicates: 0,
      failed: 0,
      problem: null,
      limitedTo: null,
    }
    const texts = {
      headers: JSON.stringify(table.headers),
      mapping: JSON.stringify(mapping ?? guessedWith(entityInFile(entity), table.headers, intake.mapping ?? {})),
      warnings: JSON.stringify({ file: remarks(table), check: [] }),
    }
    const batch = {
      entity,
      mode,
      fileName,
      userId,
      state: 'checking' as const,
      createdAt: at,
      updatedAt: at,
      layout: table.layout && JSON.stringify(table.layout),
      ...texts,
      ...empty,
      ...leaseOf(clock, holder),
    }
    const { id } = await store.tx((tx) =>
      tx.insertInto('imports').values(batch).returning('id').executeTakeFirstOrThrow(),
    )
    try {
      let total = 0
      await readable(() =>
        inSlices(
          store,
          chunks(table),
          async (tx, { headRows, lineRows, rowNumbers, rows }) => {
            const values = rows.map((cells, at) => ({
              importId: id,
              rowNumber: rowNumbers[at]!,
              cells: JSON.stringify(cells),
              status: 'ready' as const,
              message: null,
              recordId: null,
              recordVersion: null,
              headRow: headRows?.[at] ?? null,
              lineRow: lineRows?.[at] ?? null,
            }))
            await tx.insertInto('importRows').values(values).execute()
            return values.length
          },
          {
            finish: (tx) => keep(tx, id, holder, leaseOf(clock, holder)),
            onSlice: (counts) => {
              for (const count of counts) total += count
              onProgress?.({ phase: 'reading', done: total, total: table.rowCount })
            },
          },
        ),
      )
      await store.tx((tx) => keep(tx, id, holder, { total }))
    } catch (error) {
      const reason = error instanceof ProblemError ? error.message : '读取中断,请重新上传'
      await store
        .tx((tx) => keep(tx, id, holder, { state: 'failed', problem: reason, ...RELEASED, updatedAt: clock.now() }))
        .catch(() => {})
      throw error
    }
    return id
  } finally {
    await table.close()
  }
}

/** A refusal of the reader as the API says it. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof TableError)
      throw problem(error.code === 'table_too_large' ? 'too_large' : 'unreadable_file', error.message)
    throw error
  }
}

async function* chunks(table: OpenFile): AsyncGenerator<PlacedRows> {
  for await (const { headRows, lineRows, rowNumbers, rows } of table.batches()) {
    for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
      const some = rows.slice(from, from + CHUNK_ROWS)
      const book = some.findIndex((cells) => cells.reduce((chars, cell) => chars + cell.length, 0) > MOST_ROW_CHARS)
      if (book >= 0) throw problem('too_large', `第 ${rowNumbers[from + book]} 行的文字过长,请缩短后再导入`)
      const part = <T>(all: readonly T[]) => all.slice(from, from + CHUNK_ROWS)
      yield {
        rowNumbers: part(rowNumbers),
        rows: some,
        ...(headRows && lineRows && { headRows: part(headRows), lineRows: part(lineRows) }),
      }
    }
  }
}

function remarks({ layout, sheet, sheets = [], warningCount, warnings }: OpenFile): string[] {
  const told = warnings.slice(0, SHOWN_WARNINGS).map(({ column, message, row }) => `第 ${row} 行“${column}”:${message}`)
  const rest = warningCount - told.length
  return [
    ...(layout ? [`“${layout.head}”与“${layout.lines}”两个工作表按编号合在一起读取`] : []),
    ...(!layout && sheets.length > 1 ? [`文件有 ${sheets.length} 个工作表,只读取“${sheet}”`] : []),
    ...told,
    ...(rest > 0 ? [`还有 ${rest} 处类似的问题`] : []),
  ]
}

/** The mapping this person used last for a file with the same columns: a mended errors.xlsx uploads as it is. */
async function rememberedMapping(
  read: Read,
  userId: number,
  entity: ImportEntity,
  headers: readonly string[],
): Promise<Mapping | null> {
  const keyOf = (all: readonly string[]) =>
    JSON.stringify(
      all
        .filter((header) => !isOurs(header))
        .map(headerKey)
        .sort(),
    )
  const before = await read
    .selectFrom('imports')
    .select(['headers', 'mapping'])
    .where('userId', '=', userId)
    .where('entity', '=', entity)
    .where('total', '>', 0)
    .orderBy('id', 'desc')
    .limit(REMEMBERED_BATCHES)
    .execute()
  const twin = before.find((batch) => keyOf(headersOf(batch)) === keyOf(headers))
  if (!twin) return null
  const known = Object.entries(mappingOf(twin)).flatMap(([header, name]): [string, string][] => {
    const now = headers.find((other) => headerKey(other) === headerKey(header))
    return now === undefined || isOurs(now) ? [] : [[now, name]]
  })
  return Object.fromEntries(known)
}
