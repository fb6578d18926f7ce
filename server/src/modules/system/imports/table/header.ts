import type { SourceRow } from './table.ts'

/** Rows a title block may take above the header (title, unit, date of the export). */
const MAX_TITLE_ROWS = 5
const BLANKS = /[\s\u200B\uFEFF]+/gu

/** For comparing header names: no blanks at all, full-width as half-width, lower case ('省    份' = '省份'). */
export const headerKey = (text: string) => text.normalize('NFKC').replace(BLANKS, '').toLowerCase()

/** As shown: blanks vanish beside Han letters ('B股 简 称' -> 'B股简称'); between Latin words one stays. */
export const headerText = (text: string) =>
  text.trim().replace(BLANKS, (blanks, at: number, whole: string) => {
    const latinBefore = LATIN_END.test(whole.slice(0, at))
    const latinAfter = LATIN_START.test(whole.slice(at + blanks.length))
    return latinBefore && latinAfter ? ' ' : ''
  })
const LATIN_END = /[\x21-\x7e\u00a1-\u024f]$/
const LATIN_START = /^[\x21-\x7e\u00a1-\u024f]/

/** Index of the header among non-empty rows: the first one, past rows that hold nothing but a title. */
export const findHeader = (rows: readonly SourceRow[], titleRows: ReadonlySet<number>): number => {
  let lone = 0
  while (lone < MAX_TITLE_ROWS && lone < rows.length && filledCells(rows[lone]) === 1) lone++
  const next = rows[lone]
  if (lone === 0 || !next) return 0
  const width = filledCells(next)
  if (rows.slice(0, lone).some((row) => titleRows.has(row.number))) return width > 1 ? lone : 0
  // Several lone cells may be a list of one column with a stray note beside it: ask for a wider header there.
  return width >= (lone === 1 ? 2 : 3) ? lone : 0
}

const filledCells = (row: SourceRow | undefined) => (row ? row.cells.filter((cell) => cell.trim() !== '').length : 0)

/** One unique name per column: blanks become 列N (1-based as shown), repeats get 2, 3, … */
export const nameColumns = (cells: readonly string[]): string[] => {
  const taken = new Set(cells.map(headerText).filter(Boolean).map(headerKey))
  const used = new Set<string>()
  return cells.map((cell, index) => {
    const name = headerText(cell) || `列${index + 1}`
    let unique = name
    for (let copy = 2; used.has(headerKey(unique)) || (unique !== name && taken.has(headerKey(unique))); copy++) {
      unique = `${name}${copy}`
    }
    used.add(headerKey(unique))
    return unique
  })
}
