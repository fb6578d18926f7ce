import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useKeys } from '../../core/useKeys'

export interface ListView {
  readonly key: string
  readonly label: string
  /** List parameters that make the view. */
  readonly fixed: Readonly<Record<string, unknown>>
}

/** The view tabs of a list: `?view=mine`; the first one has no parameter. Alt+1 … picks by place. */
export function useListView(views: readonly ListView[]) {
  const route = useRoute()
  const router = useRouter()
  const path = route.path
  const read = () => views.find(({ key }) => key === route.query['view']) ?? views[0]!
  const current = ref(read())
  // On the way to another page its address says nothing about this list.
  watch(
    () => route.query['view'],
    () => route.path === path && (current.value = read()),
  )

  /** The same filters in another view, from its first page. */
  function to(view: ListView) {
    const { view: _, page: __, ...query } = route.query
    return { path, query: view === views[0] ? query : { ...query, view: view.key } }
  }
  const tabs = computed(() =>
    views.map((view) => ({
      key: view.key,
      label: view.label,
      to: to(view),
      isCurrent: view.key === current.value.key,
    })),
  )
  const picked = views.length > 1 ? views : []
  useKeys(
    picked.map((view, at) => ({
      keys: `Alt+${at + 1}`,
      label: `视图:${view.label}`,
      run: () => void router.push(to(view)),
    })),
  )
  return { current, tabs, fixed: () => current.value.fixed }
}
