import { useQuery } from '@pinia/colada'
import { useMediaQuery } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import type { Column } from '../../../components/grid/columns'
import type { ListPageState } from '../../../components/list/useListPage'
import { type CustomerFigures, customerFigures, type FigureCells } from '../../../core/panels/customerFigures'
import { useSession } from '../../../core/session'
import { primaryContacts } from './primaryContacts'
import type { Customer } from '../rows'

/** As long as the rows themselves count as fresh. */
const FRESH_MS = 30_000
const NONE: FigureCells = new Map()

/** Columns that come after the rows: what other modules know of the customers on screen, and whom to ask for. */
export function useFigures() {
  const session = useSession()
  const isPhone = useMediaQuery('(max-width: 767.98px)')
  const groups = [primaryContacts, ...customerFigures()]
    .filter(({ permission }) => session.can(permission))
    .map((group) => ({ ...group, cells: shallowRef(NONE) }))
  const groupOf = (key: string) => groups.find(({ columns }) => columns.some((column) => column.key === key))
  const cellOf = (row: Customer, key: string) => groupOf(key)?.cells.value.get(row.id)?.[key]

  const facts = groups.flatMap(({ columns }) => columns)
  const columns = facts.map(({ inCard: _, isWide, ...column }): Column<Customer> & { isWide?: true } => ({
    ...column,
    ...(isWide && { isWide }),
    text: (row) => cellOf(row, column.key)?.text ?? '',
    title: (row) => cellOf(row, column.key)?.title ?? cellOf(row, column.key)?.text ?? '',
  }))
  const onCards = facts.filter(({ inCard }) => inCard)

  /** Asks for what the page shows of them, once its rows are there. */
  function follow(page: ListPageState<Customer>): void {
    const ids = computed(() => (page.isRecycled.value ? [] : page.list.rows.value.map(({ id }) => id)))
    const shown = computed(() => new Set(page.view.visible.value.map(({ key }) => key)))
    const wantedOf = (group: CustomerFigures) =>
      group.columns
        .filter(({ inCard, key }) => (isPhone.value ? inCard !== undefined : shown.value.has(key)))
        .map(({ key }) => key)
    for (const group of groups) {
      const wanted = computed(() => wantedOf(group))
      const query = useQuery({
        key: () => [...group.key, ids.value.join(), wanted.value.join()],
        query: async ({ signal }) =>
          (await group.load()).read(ids.value, wanted.value, { signal, can: (one) => session.can(one) }),
        staleTime: FRESH_MS,
        enabled: () => ids.value.length > 0 && wanted.value.length > 0,
        placeholderData: (previous) => previous,
      })
      watch(query.data, (cells) => (group.cells.value = cells ?? NONE), { immediate: true })
    }
  }
  return { columns, onCards, cellOf, follow }
}
export type Figures = ReturnType<typeof useFigures>
