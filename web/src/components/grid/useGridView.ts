import { computed } from 'vue'
import { usePreference } from '../../core/usePreference'
import { clampWidth, type Column, orderedBy } from './columns'

export const densities = { compact: '紧凑', standard: '标准', loose: '宽松' } as const
export type Density = keyof typeof densities
const ROW_PX: Readonly<Record<Density, number>> = { compact: 32, standard: 36, loose: 44 }
/** Office laptops of 1366x768 need every row (ux U17). */
const LOW_SCREEN_PX = 800

interface Saved {
  order: string[]
  shown: Record<string, boolean>
  widthPx: Record<string, number>
}
const nothing = (): Saved => ({ order: [], shown: {}, widthPx: {} })

/** Columns, widths and density as this user left them; shared by `DataGrid` and `GridTools`. */
export function useGridView<Row>(name: string, columns: readonly Column<Row>[]) {
  const saved = usePreference<Saved>(`grid.${name}`, nothing())
  const density = usePreference<Density>('density', window.innerHeight <= LOW_SCREEN_PX ? 'compact' : 'standard')
  const isShown = (column: Column<Row>) =>
    column.isPinned === true || (saved.value.shown[column.key] ?? !column.isExtra)
  const ordered = computed(() => [
    ...columns.filter((column) => column.isPinned),
    ...orderedBy(
      columns.filter((column) => !column.isPinned),
      saved.value.order,
    ),
  ])
  return {
    ordered,
    visible: computed(() => ordered.value.filter(isShown)),
    widthOf: (column: Column<Row>) => saved.value.widthPx[column.key] ?? column.widthPx,
    rowPx: computed(() => ROW_PX[density.value]),
    density,
    setDensity: (next: Density) => void (density.value = next),
    isShown,
    setShown: (key: string, shown: boolean) => void (saved.value.shown[key] = shown),
    setWidth: (key: string, px: number) => void (saved.value.widthPx[key] = clampWidth(px)),
    /** One place up or down among the movable columns. */
    move(key: string, by: -1 | 1): void {
      const keys = ordered.value.filter((column) => !column.isPinned).map((column) => column.key)
      const at = keys.indexOf(key)
      if (at < 0 || at + by < 0 || at + by >= keys.length) return
      keys.splice(at + by, 0, keys.splice(at, 1)[0]!)
      saved.value.order = keys
    },
    restore: () => void (saved.value = nothing()),
  }
}
export type GridView<Row> = ReturnType<typeof useGridView<Row>>
