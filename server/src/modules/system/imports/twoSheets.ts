import { entityInFile, hasLinesSheet } from '@crm/shared/contract/importFields'
import type { ImportEntity } from '@crm/shared/contract/imports'
import { cleanText } from '@crm/shared/text'
import type { Layout } from './layout.ts'
import { guess } from './mapping.ts'
import { headerKey } from './table/header.ts'
import { type OpenTable, openTable } from './table/readTable.ts'
import type { TableRows } from './table/table.ts'
import { TableError } from './table/tableError.ts'

/** Nobody hides the lines behind more sheets than these. */
const MOST_SHEETS = 8

/** Rows of two sheets made one; without `headRows` they come from one sheet. */
export interface PlacedRows extends TableRows {
  readonly headRows?: readonly (number | null)[]
  readonly lineRows?: readonly (number | null)[]
}
export type OpenFile = Omit<OpenTable, 'batches'> & {
  readonly layout: Layout | null
  readonly batches: () => AsyncIterable<PlacedRows>
}

type Part = 'whole' | 'head' | 'lines' | null
function partOf(entity: ImportEntity, headers: readonly string[]): Part {
  const found = new Set(Object.values(guess(entityInFile(entity), headers)))
  if (!found.has('number')) return null
  if (found.has('customerId')) return found.has('qtyMilli') ? 'whole' : 'head'
  return found.has('qtyMilli') ? 'lines' : null
}

/** A table file as the import of this entity reads it: documents and lines that stand on two sheets are joined by their number. */
export async function openFile(file: string, entity: ImportEntity): Promise<OpenFile> {
  const first = await openTable(file)
  const names = first.sheets ?? []
  const own = !hasLinesSheet(entity) || names.length < 2 ? 'whole' : partOf(entity, first.headers)
  if (own === 'whole' || first.sheet === undefined) return { ...first, layout: null }
  const known = new Map<Part, OpenTable>([[own, first]])
  try {
    for (const sheet of names.filter((name) => name !== first.sheet).slice(0, MOST_SHEETS)) {
      if (known.has('whole') || (known.has('head') && known.has('lines'))) break
      const table = await openTable(file, { sheet }).catch((error: unknown) => {
        // An empty sheet is none.
        if (error instanceof TableError && error.code === 'table_empty') return null
        throw error
      })
      if (!table) continue
      const part = partOf(entity, table.headers)
      if (part === null || known.has(part)) await table.close()
      else known.set(part, table)
    }
    const [whole, head, lines] = [known.get('whole'), known.get('head'), known.get('lines')]
    const kept = whole ? [whole] : head && lines ? [head, lines] : [first]
    for (const table of known.values()) if (!kept.includes(table)) await table.close()
    return kept.length === 2 ? await joined(entity, head!, lines!) : { ...kept[0]!, layout: null }
  } catch (error) {
    for (const table of known.values()) await table.close()
    throw error
  }
}

async function joined(entity: ImportEntity, head: OpenTable, lines: OpenTable): Promise<OpenFile> {
  const keyAt = ({ headers }: OpenTable) => {
    const found = guess(entityInFile(entity), headers)
    return headers.findIndex((header) => found[header] === 'number')
  }
  const [headKey, lineKey] = [keyAt(head), keyAt(lines)]
  const documents = new Map<string, { cells: string[]; row: number; used: boolean }>()
  const again: { cells: string[]; row: number }[] = []
  for await (const { rowNumbers, rows } of head.batches())
    for (const [at, cells] of rows.entries()) {
      const [number, row] = [cleanText(cells[headKey] ?? ''), rowNumbers[at]!]
      if (number === '' || documents.has(number)) again.push({ cells, row })
      else documents.set(number, { cells, row, used: false })
    }
  const lineColumns = lines.headers.flatMap((_, at) => (at === lineKey ? [] : [at]))
  const taken = new Set(head.headers.map(headerKey))
  const lineHeaders = lineColumns.map((at) => {
    let name = lines.headers[at]!
    while (taken.has(headerKey(name))) name = `明细${name}`
    taken.add(headerKey(name))
    return name
  })
  const noLine = lineColumns.map(() => '')
  async function* batches(): AsyncGenerator<PlacedRows> {
    let last = 0
    for await (const { rowNumbers, rows } of lines.batches()) {
      const of = rows.map((cells) => documents.get(cleanText(cells[lineKey] ?? '')))
      for (const document of of) if (document) document.used = true
      last = rowNumbers.at(-1) ?? last
      yield {
        rowNumbers,
        rows: rows.map((cells, at) => [
          ...(of[at]?.cells ?? head.headers.map((_, column) => (column === headKey ? (cells[lineKey] ?? '') : ''))),
          ...lineColumns.map((column) => cells[column] ?? ''),
        ]),
        headRows: of.map((document) => document?.row ?? null),
        lineRows: rowNumbers,
      }
    }
    const left = [...[...documents.values()].filter(({ used }) => !used), ...again].sort((a, b) => a.row - b.row)
    if (left.length > 0)
      yield {
        rowNumbers: left.map((_, at) => last + 1 + at),
        rows: left.map(({ cells }) => [...cells, ...noLine]),
        headRows: left.map(({ row }) => row),
        lineRows: left.map(() => null),
      }
  }
  const { sheet: headSheet, warnings, warningCount } = head
  return {
    ...lines,
    headers: [...head.headers, ...lineHeaders],
    warnings: [...warnings, ...lines.warnings],
    warningCount: warningCount + lines.warningCount,
    layout: { head: headSheet!, lines: lines.sheet!, headColumns: head.headers.length },
    batches,
  }
}
