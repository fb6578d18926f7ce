import { nextTick, type Ref, toRaw } from 'vue'
import { useSession } from '../../core/session'
import { askedMilli, holdPrice, isPriceHeld } from './linePrices'
import {
  blankLine,
  type LineChoice,
  lineCells,
  type LineSource,
  type LineValue,
  pastedRows,
  typedCell,
} from './lineValues'

const MOST_LOOKED_UP = 100

interface Grid {
  readonly lines: () => LineValue[]
  readonly source: () => LineSource
  readonly most: () => number
  readonly root: Ref<HTMLElement | null>
  /** A cell changed, or (null) lines came, went or moved: errors by their place say nothing any more. */
  readonly changed: (at: number | null, key?: keyof LineValue) => void
}

/** What a grid of lines does: add, remove, move, pick, paste, and the way of the Enter key. */
export function useLineGrid({ changed, lines, most, root, source }: Grid) {
  const { zone } = useSession()
  const keys = new WeakMap<LineValue, number>()
  /** The quantity a line had before it was typed over. */
  const former = new WeakMap<LineValue, LineValue['qtyMilli']>()
  let last = 0
  const keyOf = (line: LineValue): number => {
    const raw = toRaw(line)
    if (!keys.has(raw)) keys.set(raw, ++last)
    return keys.get(raw)!
  }

  const inputAt = (at: number, key: string) =>
    root.value?.querySelector<HTMLInputElement>(`[data-line="${at}"][data-cell="${key}"]`)
  async function focusCell(at: number, key: string): Promise<void> {
    await nextTick()
    const input = inputAt(at, key)
    input?.focus()
    input?.select()
  }

  function add(at = lines().length): boolean {
    if (lines().length >= most()) return false
    lines().splice(at, 0, blankLine())
    changed(null)
    return true
  }
  function addAtEnd(): void {
    if (add()) void focusCell(lines().length - 1, 'name')
  }
  function remove(at: number): void {
    lines().splice(at, 1)
    if (lines().length === 0) lines().push(blankLine())
    changed(null)
    void focusCell(Math.min(at, lines().length - 1), 'name')
  }
  function move(at: number, by: -1 | 1): void {
    const to = at + by
    if (to < 0 || to >= lines().length) return
    const [line] = lines().splice(at, 1)
    lines().splice(to, 0, line!)
    changed(null)
    void focusCell(to, 'name')
  }

  /** The prices of these lines, in one request; `before`: the quantities they had. */
  async function reprice(given: readonly LineValue[], before?: LineValue['qtyMilli']): Promise<void> {
    const { pricesOf } = source()
    const asked = given.flatMap((line) =>
      line.productId && !isPriceHeld(line) ? [{ line, productId: line.productId }] : [],
    )
    if (!pricesOf || asked.length === 0) return
    const isChange = before !== undefined
    const helds = asked.map(({ line }) => line.priceFen)
    const items = asked.map(({ line, productId }) => ({ productId, qtyMilli: askedMilli(line.qtyMilli) }))
    const former = isChange ? items.map(({ productId }) => ({ productId, qtyMilli: askedMilli(before) })) : []
    const prices = (await pricesOf([...items, ...former]))[0] ?? []
    for (const [at, { line, productId }] of asked.entries()) {
      const [held, priceFen] = [helds[at]!, prices[at] ?? null]
      // A stored line does not tell who set its price: what is not the price of its former quantity was typed.
      if (isChange && held !== null && held !== prices[items.length + at]) holdPrice(line, true)
      // Typed over, or another product, while the answer was on its way.
      if (priceFen === null || isPriceHeld(line) || line.productId !== productId) continue
      line.priceFen = priceFen
    }
  }
  /** The price of the line is still to be asked for. */
  function fill(line: LineValue, choice: LineChoice, kept: readonly (keyof LineValue)[] = []): void {
    const { name, priceFen, productId, spec, taxRateBp, unit } = choice
    const values = { productId, name, spec, unit, priceFen, taxRateBp }
    for (const [key, value] of Object.entries(values))
      if (!kept.includes(key as keyof LineValue)) (line as unknown as Record<string, unknown>)[key] = value
    if (!kept.includes('priceFen')) holdPrice(line, false)
  }
  function pick(at: number, choice: LineChoice): void {
    const line = lines()[at]!
    fill(line, choice)
    void reprice([line])
    changed(at, 'productId')
    changed(at, 'name')
    void focusCell(at, 'qtyMilli')
  }

  function set(at: number, key: keyof LineValue, value: unknown): void {
    const line = lines()[at]!
    if (line[key] === value) return
    if (key === 'qtyMilli' && !former.has(toRaw(line))) former.set(toRaw(line), line.qtyMilli)
    ;(line as unknown as Record<string, unknown>)[key] = value
    // Another name is another thing: it is no longer that product.
    if (key === 'name') line.productId = null
    if (key === 'priceFen') holdPrice(line, value !== null)
    changed(at, key)
  }
  /** A cell is left: a quantity may have another price. */
  function settle(at: number, key: keyof LineValue): void {
    const line = lines()[at]
    if (key !== 'qtyMilli' || !line || !former.has(toRaw(line))) return
    const before = former.get(toRaw(line))
    former.delete(toRaw(line))
    void reprice([line], before)
  }

  /** Enter: the next cell; behind the last one a new line. Up and down: the same cell of the next line. */
  function onKeydown(event: KeyboardEvent): void {
    const input = event.target as HTMLElement
    const [at, key] = [Number(input.dataset['line']), input.dataset['cell']]
    if (!key || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter') {
      event.preventDefault()
      const next = lineCells.findIndex((cell) => cell.key === key) + (event.shiftKey ? -1 : 1)
      if (lineCells[next]) return void focusCell(at, lineCells[next].key)
      if (event.shiftKey) return void (at > 0 && focusCell(at - 1, lineCells.at(-1)!.key))
      if (at < lines().length - 1) return void focusCell(at + 1, 'name')
      // The line below exists before the input is left: what was typed in it is taken over on leaving.
      addAtEnd()
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !event.defaultPrevented) {
      event.preventDefault()
      void focusCell(at + (event.key === 'ArrowDown' ? 1 : -1), key)
    }
  }

  /** Rows of a spreadsheet go in from this cell on; names that are one product exactly become it. */
  function onPaste(event: ClipboardEvent): void {
    const input = event.target as HTMLElement
    const [from, key] = [Number(input.dataset['line']), input.dataset['cell']]
    const rows = key ? pastedRows(event.clipboardData?.getData('text/plain') ?? '') : null
    if (!rows) return
    event.preventDefault()
    const first = lineCells.findIndex((cell) => cell.key === key)
    const filled: { line: LineValue; said: (keyof LineValue)[] }[] = []
    for (const [nth, row] of rows.entries()) {
      if (!lines()[from + nth] && !add()) break
      const line = lines()[from + nth]!
      const said: (keyof LineValue)[] = []
      for (const [col, text] of row.entries()) {
        const cell = lineCells[first + col]
        if (!cell || text.trim() === '') continue
        const value = typedCell(cell.kind, text, zone)
        ;(line as unknown as Record<string, unknown>)[cell.key] = value
        if (cell.key === 'name') line.productId = null
        if (cell.key === 'priceFen') holdPrice(line, true)
        said.push(cell.key)
      }
      filled.push({ line, said })
    }
    changed(null)
    void lookUp(filled.filter(({ said }) => said.includes('name')).slice(0, MOST_LOOKED_UP))
  }
  async function lookUp(filled: readonly { line: LineValue; said: readonly (keyof LineValue)[] }[]): Promise<void> {
    const known: LineValue[] = []
    for (const { line, said } of filled) {
      const { name } = line
      if (!name) continue
      const found = (await source().search(name)).filter((one) => one.number === name || one.name === name)
      const same = found.length > 1 && line.spec ? found.filter(({ spec }) => spec === line.spec) : found
      if (same.length !== 1 || line.name !== name || line.productId) continue
      fill(
        line,
        same[0]!,
        said.filter((key) => key !== 'name'),
      )
      known.push(line)
    }
    await reprice(known)
  }
  return { zone, keyOf, addAtEnd, remove, move, pick, set, settle, onKeydown, onPaste, focusCell }
}
