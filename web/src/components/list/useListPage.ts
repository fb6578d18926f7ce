import type { ExportEndpoint } from '@crm/shared/contract/exports'
import type { Field } from '@crm/shared/kernel/field'
import type { PermissionName } from '@crm/shared/permissions'
import { computed, ref, shallowRef, watch } from 'vue'
import { type RouteLocationRaw, useRoute, useRouter } from 'vue-router'
import { useSession } from '../../core/session'
import { useKeys } from '../../core/useKeys'
import { type ListEndpoint, useList } from '../../core/list/useList'
import { useFilterWords } from '../filter/useFilterWords'
import type { Column } from '../grid/columns'
import { useGridView } from '../grid/useGridView'
import { type ListView, useListView } from './useListView'

export interface MenuItem {
  readonly key: string
  readonly label: string
  readonly divided?: boolean
}
/** An export that is described where it is asked for: all of them together weigh more than a list. */
export interface LaterExport {
  readonly permission: PermissionName
  readonly load: () => Promise<ExportEndpoint>
}
export interface ListPageOptions<Row extends { id: number }> {
  /** Names the columns as the user arranged them. */
  readonly name: string
  readonly endpoint: ListEndpoint<Row>
  readonly columns: readonly Column<Row>[]
  /** What a row is called: 更多操作:某某公司. */
  readonly titleOf: (row: Row) => string
  readonly sort?: string
  /** Parameters that are not the user's choice. */
  readonly fixed?: () => Readonly<Record<string, unknown>>
  /** Facts of all that may be filtered by, and which stand in the bar and which in the drawer; absent = no bar. */
  readonly filters?: Readonly<Record<string, Field>>
  readonly quick?: readonly string[]
  readonly more?: readonly string[]
  /** Tabs, `?view=…`; one called `recycled` is the recycle bin: its rows are only restored. */
  readonly views?: readonly ListView[]
  readonly restore?: (row: Row) => unknown
  /** The primary button, N, and `?new=1` from other pages, which may bring the parameters of `takes`. */
  readonly create?: {
    readonly label: string
    readonly permission?: PermissionName
    readonly takes?: readonly string[]
    /** Where it leads or what it does, where not a drawer of this page. */
    readonly to?: RouteLocationRaw
    readonly run?: () => void
  }
  /** Money columns added up at the foot: 本页合计 and 全部合计. */
  readonly totals?: readonly string[]
  /** 导出 what the list shows, and what the file is called. */
  readonly file?: { readonly endpoint: ExportEndpoint | LaterExport; readonly noun: string }
  /** ⋯ at the end of a row. */
  readonly menuOf?: (row: Row) => readonly MenuItem[]
  readonly onPick?: (key: string, row: Row) => void
}

/** What a list page does; `ListPage` draws it. See there for a whole page. */
export function useListPage<Row extends { id: number }>(options: ListPageOptions<Row>) {
  const { columns, create, endpoint, filters = {}, menuOf, name, onPick, restore, views = [] } = options
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const path = route.path

  const none: ListView = { key: 'all', label: '全部', fixed: {} }
  const { current, fixed, tabs } = useListView(views.length > 0 ? views : [none])
  const isRecycled = computed(() => current.value.key === 'recycled')
  const list = useList<Row>(endpoint, {
    ...(options.sort && { sort: options.sort }),
    hasTotals: (options.totals?.length ?? 0) > 0,
    fixed: () => ({ ...options.fixed?.(), ...fixed() }),
  })
  const filterWords = useFilterWords(filters)
  const activeWords = computed(() => [
    ...(list.state.value.q ? [`搜索“${list.state.value.q}”`] : []),
    ...filterWords(list.filters.value).map((one) => `${one.label}:${one.words}`),
  ])

  const canCreate = computed(() => create !== undefined && (!create.permission || session.can(create.permission)))
  const isCreating = ref(false)
  /** What came along with `?new=1`. */
  const asked = shallowRef<Readonly<Record<string, string>>>({})
  function startCreating(): void {
    if (!canCreate.value) return
    asked.value = {}
    if (create?.run) create.run()
    else if (create?.to) void router.push(create.to)
    else isCreating.value = true
  }
  // The address forgets it at once: Back must not open the drawer again.
  watch(
    () => route.query['new'],
    (wanted) => {
      if (wanted === undefined || route.path !== path || !create || create.run || create.to) return
      const taken = new Set(['new', ...(create.takes ?? [])])
      const entries = Object.entries(route.query)
      startCreating()
      asked.value = Object.fromEntries(
        entries.flatMap(([key, value]) =>
          key !== 'new' && taken.has(key) && typeof value === 'string' ? [[key, value]] : [],
        ),
      )
      void router.replace({ query: Object.fromEntries(entries.filter(([key]) => !taken.has(key))) })
    },
    { immediate: true },
  )
  if (create && !create.to) useKeys([{ keys: 'N', label: create.label, run: startCreating }])

  const menu = shallowRef<{ readonly row: Row; readonly anchor: HTMLElement } | null>(null)
  const itemsOf = (row: Row): readonly MenuItem[] =>
    isRecycled.value ? (restore ? [{ key: 'restore', label: '恢复' }] : []) : (menuOf?.(row) ?? [])
  function pick(key: string): void {
    if (!menu.value) return
    if (isRecycled.value) void restore?.(menu.value.row)
    else onPick?.(key, menu.value.row)
  }
  return {
    options,
    list,
    view: useGridView(name, columns),
    current,
    tabs,
    isRecycled,
    activeWords,
    canCreate,
    isCreating,
    asked,
    startCreating,
    menu,
    itemsOf,
    /** While the rows are on their way the place is kept. */
    hasMenu: computed(() =>
      list.rows.value.length === 0 ? menuOf !== undefined : list.rows.value.some((row) => itemsOf(row).length > 0),
    ),
    openMenu: (row: Row, anchor: EventTarget | null) => void (menu.value = { row, anchor: anchor as HTMLElement }),
    closeMenu: () => void (menu.value = null),
    pick,
    search: (text: string) => void (list.q.value = text),
  }
}
export type ListPageState<Row extends { id: number }> = ReturnType<typeof useListPage<Row>>

/** What a page may draw itself; `text` is what would stand there. */
export type ListSlots<Row> = {
  [cell: `cell-${string}`]: ((its: { row: Row; text: string }) => unknown) | undefined
} & {
  /** In place of ⋯. */
  actions?: (its: { row: Row }) => unknown
  /** A row on a phone; without it a card of the first columns. */
  card?: (its: { row: Row; open: () => void; more: (anchor: EventTarget | null) => void }) => unknown
  /** More buttons where there is nothing yet. */
  empty?: () => unknown
  /** What may be done with the selected rows. */
  selection?: () => unknown
}
