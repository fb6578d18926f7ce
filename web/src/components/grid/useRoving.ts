import { onMounted, onUpdated, type Ref } from 'vue'

const WIDGETS = 'a[href], button, input, select'

/**
 * One Tab stop for a whole grid (WAI-ARIA grid): arrows move between cells, and to the widget inside a cell that has one.
 * Works on the DOM: fifty rows must not re-render because the focus moved.
 */
export function useRoving(table: Ref<HTMLTableElement | null>) {
  let current: HTMLElement | null = null
  /** The user has been here: the stop stays where it was left. */
  let isVisited = false

  const stopsOf = (row: HTMLTableRowElement): HTMLElement[] =>
    [...row.cells].flatMap((cell) => {
      const widgets = [...cell.querySelectorAll<HTMLElement>(WIDGETS)].filter((one) => !one.hidden)
      return widgets.length > 0 ? widgets : [cell]
    })
  const rowsOf = (): HTMLTableRowElement[] =>
    [...(table.value?.rows ?? [])].filter((row) => row.dataset['stop'] !== undefined)
  const rowOf = (element: Element | null) => element?.closest<HTMLTableRowElement>('tr[data-stop]') ?? null

  function become(next: HTMLElement | null | undefined): void {
    if (!next) return
    current?.setAttribute('tabindex', '-1')
    current = next
    next.setAttribute('tabindex', '0')
  }
  /** After rows changed: nothing but the stop may be reached by Tab, and there must be a stop. */
  function sync(): void {
    if (!table.value) return
    for (const widget of table.value.querySelectorAll<HTMLElement>(WIDGETS))
      if (widget !== current) widget.setAttribute('tabindex', '-1')
    const [head, first] = rowsOf()
    if (current && table.value.contains(current) && (isVisited || !first || rowOf(current) !== head))
      return current.setAttribute('tabindex', '0')
    const stops = first ? stopsOf(first) : head ? stopsOf(head) : []
    become(stops.find((stop) => stop.tagName === 'A') ?? stops[0])
  }
  onMounted(sync)
  onUpdated(sync)

  function focus(next: HTMLElement | null | undefined): boolean {
    if (!next) return false
    become(next)
    next.focus()
    return true
  }
  function onFocusin(event: FocusEvent): void {
    const row = rowOf(event.target as Element)
    isVisited = true
    if (row) become(stopsOf(row).find((stop) => stop === event.target) ?? current)
  }
  /** Up or down by rows, in the same column. From outside the grid it enters at the stop. */
  function moveRow(by: number): boolean {
    const row = rowOf(document.activeElement)
    if (!row || !table.value?.contains(row)) return focus(current)
    const rows = rowsOf()
    const to = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + by))]
    if (!to || to === row) return false
    const at = stopsOf(row).indexOf(document.activeElement as HTMLElement)
    const cellAt = (document.activeElement!.closest('td, th') as HTMLTableCellElement | null)?.cellIndex ?? 0
    const sameCell = stopsOf(to).filter((stop) => stop.closest<HTMLTableCellElement>('td, th')?.cellIndex === cellAt)
    return focus(sameCell[0] ?? stopsOf(to)[at])
  }
  function moveAcross(to: -1 | 1 | 'first' | 'last'): boolean {
    const row = rowOf(document.activeElement)
    if (!row) return false
    const stops = stopsOf(row)
    const at = stops.indexOf(document.activeElement as HTMLElement)
    return focus(to === 'first' ? stops[0] : to === 'last' ? stops.at(-1) : stops[at + to])
  }
  /** Index among the body's rows of the row in focus; -1 = none. */
  const focusedRow = (): number => {
    const row = rowOf(document.activeElement)
    return row && row.parentElement?.tagName === 'TBODY' ? Number(row.dataset['stop']) : -1
  }
  return { onFocusin, moveRow, moveAcross, focusedRow }
}
