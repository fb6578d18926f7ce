import type { Selectable } from 'kysely'
import type { ImportBatch, ImportRow } from '@crm/shared/contract/imports'
import { entityInFile } from '@crm/shared/contract/importFields'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField, notFound, problem } from '../../../core/problem.ts'
import { inIds } from '../../../db/dialect.ts'
import type { DB } from '../../../db/schema.ts'
import type { Read, Tx } from '../../../db/store.ts'
import type { Followers } from '../../contracts/orders/service.ts'
import { complaintsIn, told } from './complaints.ts'
import { contactKind } from './kinds/contactKind.ts'
import { contractKind } from './kinds/contractKind.ts'
import { customerContactKind } from './kinds/customerContactKind.ts'
import { customerKind } from './kinds/customerKind.ts'
import type { Kind } from './kind.ts'
import { layoutOf, placeOf } from './layout.ts'
import { orderKind } from './kinds/orderKind.ts'
import { productKind } from './kinds/productKind.ts'
import { receiptKind } from './kinds/receiptKind.ts'
import { checkMayImport, seenOfAll } from './rights.ts'

export type BatchRow = Selectable<DB['imports']>
export type RowStatus = ImportRow['status']
interface Paging {
  readonly page?: number
  readonly size?: number
}

const SAMPLE_ROWS = 5
const DEEPEST = 10_000
const STATUSES: readonly RowStatus[] = ['ready', 'duplicate', 'failed', 'created', 'updated', 'skipped', 'undone']
/** Who an import from the command line belongs to. */
export const OPERATOR = '命令行'

export const kindsFor = (followers: Followers): Readonly<Record<BatchRow['entity'], Kind>> => ({
  customer: customerKind,
  customerContact: customerContactKind,
  contact: contactKind,
  product: productKind,
  contract: contractKind,
  order: orderKind(followers),
  receipt: receiptKind,
})
export const entityOfBatch = ({ entity }: Pick<BatchRow, 'entity'>) => entityInFile(entity)
export const headersOf = ({ headers }: Pick<BatchRow, 'headers'>) => JSON.parse(headers) as string[]
export const mappingOf = ({ mapping }: Pick<BatchRow, 'mapping'>) => JSON.parse(mapping) as Record<string, string>

/** Of the reading of the file, then of the last check. */
const warningsIn = ({ warnings }: BatchRow): string[] => {
  const { check, file } = JSON.parse(warnings) as Readonly<Record<'check' | 'file', string[]>>
  return [...file, ...check]
}

/** 404 for other people's batches, unless the right to import reaches everybody. */
export async function findBatch(db: Read | Tx, actor: Actor, id: number): Promise<BatchRow> {
  checkMayImport(actor)
  const row = await (db as Read).selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row || !(seenOfAll(actor).includes(row.entity) || row.userId === actor.id)) throw notFound('导入批次')
  checkMayImport(actor, row.entity)
  return row
}

/** As the API shows them. Of what was undone the rows themselves know. */
async function shown(db: Read | Tx, rows: readonly BatchRow[]): Promise<ImportBatch[]> {
  const read = db as Read
  const views: ImportBatch[] = []
  for (const row of rows) {
    const sample = await read
      .selectFrom('importRows')
      .select('cells')
      .where('importId', '=', row.id)
      .orderBy('rowNumber')
      .limit(SAMPLE_ROWS)
      .execute()
    const user =
      row.userId === null
        ? undefined
        : await read.selectFrom('users').select('name').where('id', '=', row.userId).executeTakeFirst()
    const undone =
      row.state === 'undone'
        ? await read
            .selectFrom('importRows')
            .select((eb) => eb.fn.countAll<number>().as('n'))
            .where('importId', '=', row.id)
            .where('status', '=', 'undone')
            .executeTakeFirstOrThrow()
        : { n: 0 }
    views.push({
      id: row.id,
      entity: row.entity,
      mode: row.mode,
      state: row.state,
      fileName: row.fileName,
      createdAt: row.createdAt,
      problem: row.problem,
      total: row.total,
      done: row.done,
      created: row.created,
      updated: row.updated,
      skipped: row.skipped,
      duplicates: row.duplicates,
      failed: row.failed,
      userName: user?.name ?? OPERATOR,
      headers: headersOf(row),
      mapping: mappingOf(row),
      warnings: warningsIn(row),
      sample: sample.map(({ cells }) => JSON.parse(cells) as string[]),
      undone: undone.n,
      left: row.state === 'undone' ? row.created - undone.n : 0,
    })
  }
  return views
}
export async function showBatch(db: Read | Tx, row: BatchRow): Promise<ImportBatch> {
  const [view] = await shown(db, [row])
  return view!
}

function slice({ page = 1, size = 50 }: Paging) {
  if (page * size > DEEPEST) throw problem('page_too_deep', `最多翻到第 ${DEEPEST} 行,请按结果筛选`)
  return { offset: (page - 1) * size, limit: size }
}

export async function listBatches(read: Read, actor: Actor, query: Paging): Promise<Page<ImportBatch>> {
  checkMayImport(actor)
  const { offset, limit } = slice(query)
  const all = seenOfAll(actor)
  const mine = read
    .selectFrom('imports')
    .where((eb) => eb.or([eb('userId', '=', actor.id), ...(all.length > 0 ? [eb('entity', 'in', all)] : [])]))
  const rows = await mine.selectAll().orderBy('id', 'desc').offset(offset).limit(limit).execute()
  const { n } = await mine.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  return { items: await shown(read, rows), total: n, totalCapped: false, nextCursor: null }
}

/** The rows of a batch in the order of the file, with what became of them. */
export async function rowsOfBatch(
  read: Read,
  actor: Actor,
  id: number,
  { status, ...paging }: Paging & { status?: readonly string[] },
): Promise<Page<ImportRow>> {
  const layout = layoutOf(await findBatch(read, actor, id))
  const unknown = status?.find((word) => !(STATUSES as readonly string[]).includes(word))
  if (unknown !== undefined) throw invalidField('status', `没有“${unknown}”这种结果,只能是:${STATUSES.join('、')}`)
  const { offset, limit } = slice(paging)
  const some = read
    .selectFrom('importRows')
    .where('importId', '=', id)
    .$if(status !== undefined, (qb) => qb.where('status', 'in', status as RowStatus[]))
  const rows = await some.selectAll().orderBy('rowNumber').offset(offset).limit(limit).execute()
  const { n } = await some.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  const items = rows.map(({ cells, headRow, lineRow, message, recordId, rowNumber, status }) => ({
    rowNumber,
    place: placeOf(layout, { headRow, lineRow }),
    status,
    recordId,
    message: told(complaintsIn(message)),
    cells: JSON.parse(cells) as string[],
  }))
  return { items, total: n, totalCapped: false, nextCursor: null }
}

const ROW = ['id', 'rowNumber', 'cells', 'status', 'message', 'headRow', 'lineRow'] as const
/** The next rows of a batch, in the order of the file. */
export async function nextRows(read: Read, id: number, after: number, limit: number, statuses?: readonly RowStatus[]) {
  const rows = await read
    .selectFrom('importRows')
    .select(ROW)
    .where('importId', '=', id)
    .where('rowNumber', '>', after)
    .$if(statuses !== undefined, (qb) => qb.where('status', 'in', statuses!))
    .orderBy('rowNumber')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, cells: JSON.parse(row.cells) as string[] }))
}

/** These rows of a batch, in no order. */
export async function rowsByIds(read: Read, ids: readonly number[]) {
  const rows = await read
    .selectFrom('importRows')
    .select(ROW)
    .where(inIds(read, 'id', ids))
    .execute()
  return rows.map((row) => ({ ...row, cells: JSON.parse(row.cells) as string[] }))
}
