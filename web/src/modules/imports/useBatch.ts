import { imports, type ImportBatch } from '@crm/shared/contract/imports'
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed, onScopeDispose, watch } from 'vue'
import { call } from '../../core/server/client'
import { useRefreshLists } from '../../core/list/useList'

/** How often a batch that is at work is asked about. */
const POLL_MS = 700
/** What an import may write to. */
const LISTS = [
  ...['customers', 'contacts', 'products', 'contracts', 'orders', 'deliveries', 'receivables', 'receipts'].map(
    (path) => `/api/${path}`,
  ),
  imports.list.path,
]
const isAtWork = (batch: ImportBatch | undefined) => batch?.state === 'checking' || batch?.state === 'running'

/** A batch as it is now; while the server works on it, it is asked again and again. */
export function useBatch(id: number) {
  const cache = useQueryCache()
  const refreshLists = useRefreshLists()
  const key = ['import', id]
  const query = useQuery({
    key,
    query: ({ signal }) => call(imports.get, { params: { id } }, { signal }),
    staleTime: 0,
  })
  const batch = computed(() => query.data.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  watch(
    [batch, query.asyncStatus],
    () => {
      clearTimeout(timer)
      if (isAtWork(batch.value) && query.asyncStatus.value === 'idle')
        timer = setTimeout(() => void query.refetch(), POLL_MS)
    },
    { immediate: true },
  )
  // What the batch wrote or took back is news to every list.
  watch(
    () => batch.value?.state,
    (state, before) => {
      if (before && (state === 'done' || state === 'undone' || state === 'failed'))
        for (const path of LISTS) void refreshLists(path)
    },
  )
  const put = (next: ImportBatch): void => void cache.setQueryData(key, next)
  return { batch, error: query.error, refetch: query.refetch, put }
}
