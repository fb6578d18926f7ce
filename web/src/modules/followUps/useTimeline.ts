import {
  timeline as api,
  type TimelineEntry,
  type TimelineKind,
  type TimelinePage,
} from '@crm/shared/contract/timeline'
import { useQuery } from '@pinia/colada'
import { computed, ref, watch } from 'vue'
import { call } from '../../core/server/client'
import { timelineKey } from './useRefresh'

const PAGE = 30
/** What one request may bring. */
const MOST_AT_ONCE = 90
/** So far back a deep link is followed. */
const MOST_SOUGHT = 900

/** The entries of a customer, newest first: one kind or all, 30 more at a time, or back to a wanted one. */
export function useTimeline(customerId: number, wanted: () => string | null) {
  const kind = ref<TimelineKind | 'all'>('all')
  const count = ref(PAGE)
  const read = (before: string | null, missing: number, signal: AbortSignal) =>
    call(
      api.ofCustomer,
      {
        params: { id: customerId },
        query: {
          size: Math.min(MOST_AT_ONCE, missing),
          ...(before !== null && { before }),
          ...(kind.value !== 'all' && { kinds: [kind.value] }),
        },
      },
      { signal },
    )
  interface Loaded {
    readonly items: readonly TimelineEntry[]
    readonly kinds: readonly TimelineKind[]
    readonly isWhole: boolean
  }
  const query = useQuery({
    key: () => [...timelineKey(customerId), kind.value, count.value],
    placeholderData: (previous: Loaded | undefined) => previous,
    query: async ({ signal }): Promise<Loaded> => {
      const items: TimelineEntry[] = []
      for (let before: string | null = null; ;) {
        const page: TimelinePage = await read(before, count.value - items.length, signal)
        items.push(...page.items)
        before = page.before
        if (before === null || items.length >= count.value)
          return { items, kinds: page.kinds, isWhole: before === null }
      }
    },
  })
  const items = computed(() => query.data.value?.items ?? [])
  const isWhole = computed(() => query.data.value?.isWhole ?? true)
  const more = () => void (count.value += PAGE)
  function show(next: TimelineKind | 'all'): void {
    kind.value = next
    count.value = PAGE
  }
  // A link to an entry further back: on until it is there.
  watch(
    [items, wanted],
    () => {
      const key = wanted()
      if (!key || query.asyncStatus.value === 'loading' || items.value.some((entry) => entry.key === key)) return
      if (kind.value !== 'all') show('all')
      else if (!isWhole.value && count.value < MOST_SOUGHT) count.value = Math.min(MOST_SOUGHT, count.value * 3)
    },
    { immediate: true, flush: 'post' },
  )
  return {
    kind,
    kinds: computed(() => query.data.value?.kinds ?? []),
    items,
    isWhole,
    isKnown: computed(() => query.data.value !== undefined),
    isLoading: computed(() => query.asyncStatus.value === 'loading'),
    error: computed(() => (query.data.value ? null : query.error.value)),
    retry: () => void query.refetch(),
    more,
    show,
  }
}
