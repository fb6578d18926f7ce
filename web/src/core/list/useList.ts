import type { Endpoint, Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed, onScopeDispose, reactive, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { call } from '../server/client'
import { effectiveSort, listQuery, listUrl, parseListUrl, type ListState } from './listUrl'
import { isAbort } from '../server/problem'
import { useScrollMemory } from './scrollMemory'
import { rememberWalk } from './walk'

/** Rows seen within this time are shown at once, without asking again. */
const FRESH_MS = 30_000
const TYPING_MS = 250

export interface ListOptions {
  readonly sort?: string
  readonly size?: number
  /** Parameters that are not the user's choice (a tab of another page: `{ customerId: 5 }`). */
  readonly fixed?: () => Readonly<Record<string, unknown>>
  /** A list inside another page keeps its state to itself. */
  readonly inUrl?: false
  /** Asks for the amounts of everything that is found, not of this page only. */
  readonly hasTotals?: boolean
}
export type ListEndpoint<Row> = Endpoint<{ query: ListQuery }, Page<Row>>

/**
 * A list whose page, size, sort, search and filters live in the URL. `list.grid` and `list.pager` are props for
 * `DataGrid` and `Pager`; old rows stay while new ones load; Back restores page, scroll and the opened row.
 */
export function useList<Row extends { id: number }>(
  endpoint: ListEndpoint<Row>,
  { sort = '', size = 50, fixed, inUrl, hasTotals = false }: ListOptions = {},
) {
  const route = useRoute()
  const router = useRouter()
  const cache = useQueryCache()
  const spec = endpoint.query ?? {}
  const defaults = { sort, size }
  const path = route.path
  const state = ref<ListState>(parseListUrl(inUrl === false ? {} : route.query, spec, defaults))
  const typed = ref(state.value.q)
  let typing: ReturnType<typeof setTimeout> | undefined

  // While the next page loads this one still stands: its address is not ours any more.
  watch(
    () => route.query,
    (query) => {
      if (inUrl === false || route.path !== path) return
      state.value = parseListUrl(query, spec, defaults)
      if (typing === undefined) typed.value = state.value.q
    },
  )
  function go(change: Partial<ListState>, how: 'push' | 'replace' = 'push'): void {
    clearTimeout(typing)
    typing = undefined
    const next = { ...state.value, q: typed.value, page: 1, ...change }
    if (inUrl === false) state.value = next
    else void router[how]({ query: listUrl(next, spec, defaults, route.query), hash: route.hash })
  }

  const sorted = computed(() => effectiveSort(state.value, defaults))
  const asked = computed(() => listQuery({ ...state.value, sort: sorted.value }, fixed?.()))
  const key = computed(() => ['list', endpoint.path, asked.value])
  const query = useQuery({
    key: () => key.value,
    query: ({ signal }) => call(endpoint, { query: asked.value as ListQuery }, { signal }),
    staleTime: FRESH_MS,
    placeholderData: (previous) => previous,
  })
  // An answer nobody waits for any more must not hold a connection.
  watch(
    () => JSON.stringify(key.value),
    (_, old) => cache.cancelQueries({ key: JSON.parse(old) as string[], exact: true }),
  )

  // Another page or order of the same rows comes to the same.
  const found = computed(() => {
    const { page: _, size: __, sort: ___, ...rest } = asked.value
    return { ...rest, size: 1, totals: true }
  })
  const summing = useQuery({
    key: () => ['list', endpoint.path, 'totals', found.value],
    query: ({ signal }) => call(endpoint, { query: found.value as ListQuery }, { signal }),
    staleTime: FRESH_MS,
    enabled: () => hasTotals,
  })
  const totals = computed(() => summing.data.value?.totals ?? {})

  const rows = computed<Row[]>(() => query.data.value?.items ?? [])
  const total = computed(() => query.data.value?.total ?? 0)
  const totalCapped = computed(() => query.data.value?.totalCapped ?? false)
  const error = computed(() => (query.error.value && !isAbort(query.error.value) ? query.error.value : null))
  const isLoading = computed(() => query.data.value === undefined && !error.value)
  const isRefetching = computed(() => query.asyncStatus.value === 'loading' && query.data.value !== undefined)
  // The last row of the last page was deleted: show the page before.
  watch([rows, isRefetching], () => {
    if (!isRefetching.value && query.data.value && rows.value.length === 0 && state.value.page > 1) go({}, 'replace')
  })

  const scroll = useScrollMemory(() => route.fullPath)
  const openedId = ref<number | null>(scroll.place.value?.openedId ?? null)
  /** Called before a row's page opens: marks the row for Back and remembers the way for 上一条/下一条. */
  function opened(row: Row): void {
    openedId.value = row.id
    scroll.save({ top: 0, left: 0, ...scroll.place.value, openedId: row.id })
    rememberWalk(endpoint.path, {
      url: route.fullPath,
      ids: rows.value.map((one) => one.id),
      before: (state.value.page - 1) * state.value.size,
      total: total.value,
      totalCapped: totalCapped.value,
    })
  }

  const filters = computed(() => state.value.filters)
  const activeCount = computed(() => Object.keys(filters.value).length + (state.value.q ? 1 : 0))
  const q = computed({
    get: () => typed.value,
    set: (text: string) => {
      typed.value = text
      clearTimeout(typing)
      typing = setTimeout(() => go({}, 'replace'), TYPING_MS)
    },
  })
  onScopeDispose(() => clearTimeout(typing))
  const setFilters = (change: Readonly<Record<string, string>>): void => {
    const next = Object.entries({ ...filters.value, ...change }).filter(([, value]) => value !== '')
    go({ filters: Object.fromEntries(next) })
  }
  const clear = (): void => {
    typed.value = ''
    go({ filters: {} })
  }
  const refresh = () => query.refetch()

  const grid = reactive({
    rows,
    total,
    before: computed(() => (state.value.page - 1) * state.value.size),
    sort: sorted,
    loading: isLoading,
    refetching: isRefetching,
    error,
    openedId,
    place: scroll.place,
    'onUpdate:sort': (next: string) => go({ sort: next }),
    onScrolled: (place: { top: number; left: number }) => scroll.save({ ...place, openedId: openedId.value }),
    onRetry: () => void refresh(),
    onOpen: opened,
  })
  const pager = reactive({
    page: computed(() => state.value.page),
    size: computed(() => state.value.size),
    total,
    totalCapped,
    'onUpdate:page': (page: number) => go({ page }),
    'onUpdate:size': (next: number) => go({ size: next }),
  })
  return {
    rows,
    total,
    totalCapped,
    totals,
    error,
    isLoading,
    isRefetching,
    q,
    filters,
    activeCount,
    state,
    /** The parameters of the list on screen. */
    asked,
    setFilters,
    clear,
    refresh,
    opened,
    grid,
    pager,
  }
}

/** After a write: every list of this path is stale; those on screen load again. */
export function useRefreshLists() {
  const cache = useQueryCache()
  return (path: string) => cache.invalidateQueries({ key: ['list', path] })
}
