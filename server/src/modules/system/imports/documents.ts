import { entityInFile, wholeOf } from '@crm/shared/contract/importFields'
import type { ImportEntity } from '@crm/shared/contract/imports'
import { nameKey } from '@crm/shared/rules/nameKey'
import { cleanText } from '@crm/shared/text'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Read } from '../../../db/store.ts'
import { type BatchRow, entityOfBatch, headersOf, mappingOf, nextRows, type RowStatus, rowsByIds } from './batches.ts'
import { type Complaint, complain } from './complaints.ts'
import type { Converted, Line, StoredRow } from './convert.ts'
import { type Layout, layoutOf, placed } from './layout.ts'
import { type Column, columnsOf } from './mapping.ts'

/** As many as an order may have. */
const MOST_LINES = 500
const READ_ROWS = 500

/** Rows that are written or refused as one: all of a document, else each by itself. */
export type Unit = readonly (StoredRow & { readonly status: RowStatus; readonly message: string | null })[]

/** The units of a batch with one of these statuses, about `atOnce` rows at a time, in the order of the file. */
export async function* unitsOf(
  read: Read,
  batch: BatchRow,
  atOnce: number,
  statuses?: readonly RowStatus[],
): AsyncGenerator<Unit[]> {
  if (wholeOf(batch.entity) === null) {
    for (let after = 0; ;) {
      const page = await nextRows(read, batch.id, after, atOnce, statuses)
      if (page.length === 0) return
      after = page.at(-1)!.rowNumber
      yield page.map((row) => [row])
    }
  }
  let some: number[][] = []
  let count = 0
  for (const ids of await documentsIn(read, batch, statuses)) {
    some.push(ids)
    count += ids.length
    if (count < atOnce) continue
    yield await loaded(read, some)
    ;[some, count] = [[], 0]
  }
  if (some.length > 0) yield loaded(read, some)
}
async function loaded(read: Read, units: readonly (readonly number[])[]): Promise<Unit[]> {
  const rows = new Map((await rowsByIds(read, units.flat())).map((row) => [row.id, row]))
  return units.map((ids) => ids.map((id) => rows.get(id)!))
}

interface Found {
  readonly ids: number[]
  readonly wanted: boolean
}
/** Which rows make up which document: those with its number or name, and those below it whose cells for the whole are all empty. */
async function documentsIn(read: Read, batch: BatchRow, statuses?: readonly RowStatus[]): Promise<number[][]> {
  const columns = columnsOf(entityOfBatch(batch), headersOf(batch), mappingOf(batch))
  const cellOf = (cells: readonly string[], name: string) =>
    (columns.get(name) ?? []).map(({ at }) => cleanText(cells[at] ?? '')).join('')
  const { head, keys } = wholeOf(batch.entity)!
  const documents = new Map<string, Found>()
  let above: Found | undefined
  for (let after = 0; ;) {
    const page = await nextRows(read, batch.id, after, READ_ROWS)
    if (page.length === 0) break
    after = page.at(-1)!.rowNumber
    for (const { cells, id, status } of page) {
      const by = keys.find((name) => cellOf(cells, name) !== '')
      const isBelow = by === undefined && head.every((name) => cellOf(cells, name) === '')
      // Without a number it is a document of its own, and refused for that.
      const key = by === undefined ? `\0${id}` : `${by}/${keyOf(by, cellOf(cells, by))}`
      const of: Found = (isBelow ? above : documents.get(key)) ?? {
        ids: [],
        wanted: !statuses || statuses.includes(status),
      }
      if (of.ids.length === 0) documents.set(key, of)
      of.ids.push(id)
      above = of
    }
    await breathe()
  }
  return [...documents.values()].filter(({ wanted }) => wanted).map(({ ids }) => ids)
}

/** A name is the same however its blanks and brackets are written. */
const keyOf = (field: string, text: string) => (field === 'name' ? nameKey(text) : text)

type Convert = (row: StoredRow) => Converted

/** What becomes of a unit's rows: a record by itself, or a document with its lines. */
export function composer(
  batch: Pick<BatchRow, 'entity' | 'headers' | 'layout' | 'mapping'>,
): (unit: Unit, convert: Convert) => Converted {
  const whole = wholeOf(batch.entity)
  if (whole === null) return (unit, convert) => convert(unit[0]!)
  const headers = headersOf(batch)
  const columns = columnsOf(entityOfBatch(batch), headers, mappingOf(batch))
  const facts = {
    entity: batch.entity,
    head: new Set(whole.head),
    same: whole.same,
    all: whole.all,
    headers,
    layout: layoutOf(batch),
    columns,
  }
  return (unit, convert) => composed(facts, unit, unit.map(convert))
}
interface Facts {
  readonly entity: ImportEntity
  readonly head: ReadonlySet<string>
  readonly same: string
  readonly all: string
  readonly headers: readonly string[]
  readonly layout: Layout | null
  readonly columns: ReadonlyMap<string, readonly Column[]>
}

function composed(
  { all, columns, entity, head, headers, layout, same }: Facts,
  unit: Unit,
  rows: readonly Converted[],
): Converted {
  const problems: Complaint[] = []
  const values: Record<string, unknown> = {}
  const refs: Record<string, string> = {}
  const from = new Map<string, number>()
  let customer: string | null = null
  const fields = entityInFile(entity).fields
  /** What is said of the whole must be the same wherever it is said. */
  const take = (row: Converted, key: string, value: unknown, before: unknown, keep: () => void) => {
    if (before === undefined || before === null) {
      from.set(key, row.rowNumber)
      keep()
    } else if (JSON.stringify(before) !== JSON.stringify(value)) {
      const message = `${fields[key]!.label}与${same}的第 ${from.get(key)} 行不同,应只写一次或写得一样`
      problems.push(complain(message, null, row.id))
    }
  }
  const lines: Line[] = rows.map((row, at) => {
    // On two sheets each line repeats what its document says: it is wrong once.
    const isRepeated = ({ column }: Complaint) =>
      layout !== null && at > 0 && column !== null && headers.indexOf(column) < layout.headColumns
    problems.push(...row.problems.filter((one) => !isRepeated(one)).map((one) => ({ ...one, rowId: row.id })))
    for (const name of row.masked)
      if (!head.has(name)) problems.push(complain(`${fields[name]!.label}含有 *,是隐藏过的号码`, null, row.id))
    const own: Record<string, unknown> = {}
    const ownRefs: Record<string, string> = {}
    for (const [key, value] of Object.entries(row.values))
      if (head.has(key)) take(row, key, value, values[key], () => (values[key] = value))
      else own[key] = value
    for (const [key, text] of Object.entries(row.refs))
      if (head.has(key)) take(row, key, text, refs[key], () => (refs[key] = text))
      else ownRefs[key] = text
    if (row.customer !== null) take(row, 'customerId', row.customer, customer, () => (customer = row.customer))
    return { id: row.id, rowNumber: row.rowNumber, values: own, refs: ownRefs }
  })
  const stands = new Map(unit.map((row) => [row.id, row]))
  return {
    ...rows[0]!,
    values,
    refs,
    customer,
    lines,
    whole: { same, all },
    masked: [...new Set(rows.flatMap(({ masked }) => masked))].filter((name) => head.has(name)),
    others: {
      其他电话: rows.flatMap(({ others }) => others.其他电话),
      其他邮箱: rows.flatMap(({ others }) => others.其他邮箱),
    },
    problems: [...problems, ...joinProblems(layout, unit, same)],
    newItems: rows.flatMap(({ newItems }) => newItems),
    newTags: rows.flatMap(({ newTags }) => newTags),
    newCategories: rows.flatMap(({ newCategories }) => newCategories),
    placed: ({ field, ...complaint }) => {
      const column = complaint.column ?? (field ? (columns.get(field)?.[0]?.header ?? null) : null)
      return placed(layout, headers, stands.get(complaint.rowId ?? unit[0]!.id)!, { ...complaint, column })
    },
  }
}

/** Documents without lines, lines without their document, and more lines than a document may have. */
function joinProblems(layout: Layout | null, unit: Unit, same: string): Complaint[] {
  const [first] = unit
  if (layout && unit.every(({ lineRow }) => lineRow === null))
    return [complain(`在“${layout.lines}”里没有明细`, null, first!.id)]
  const twice = layout && unit.find(({ lineRow }) => lineRow === null)
  if (twice) return [complain(`编号在“${layout.head}”里出现了不止一次`, null, twice.id)]
  if (layout && first!.headRow === null) return [complain(`在“${layout.head}”里没有这个编号`, null, first!.id)]
  return unit.length > MOST_LINES ? [complain(`${same}最多 ${MOST_LINES} 行,这里有 ${unit.length} 行`)] : []
}

/** The rows of a unit, each with what is to be told of it; a row that is blameless says whose fault it is. */
export function toldByRow(
  row: Pick<Converted, 'id' | 'lines' | 'placed' | 'whole'>,
  complaints: readonly Complaint[],
  isFailed: boolean,
): { readonly id: number; readonly complaints: readonly Complaint[] }[] {
  const { all, same } = row.whole ?? { all: '', same: '' }
  if (!row.lines) return [{ id: row.id, complaints }]
  const own = (id: number) =>
    complaints
      .filter(({ rowId }) => rowId === id || (rowId === undefined && (id === row.id || !isFailed)))
      .map((one) => (isFailed && row.placed ? row.placed(one) : one))
  const blamed = row.lines.find(({ id }) => own(id).length > 0)
  return row.lines.map(({ id }) => {
    const mine = own(id)
    return mine.length > 0 || !isFailed || !blamed
      ? { id, complaints: mine }
      : { id, complaints: [complain(`${same}的第 ${blamed.rowNumber} 行有错,${all}不导入`)] }
  })
}
