import { type ExportJob, exportJobs } from '@crm/shared/contract/exportJobs'
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed, onScopeDispose, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { onNotice } from '../../core/notices/notices'
import { call, download } from '../../core/server/client'

/** How often files that are being made are asked about. */
const POLL_MS = 700
const KEY = ['exports']
export const isUnderWay = ({ state }: ExportJob): boolean => state === 'waiting' || state === 'running'
export const canFetch = ({ problem, state }: ExportJob): boolean => state === 'done' && problem === null
export const fetchFile = ({ id }: ExportJob): void => download(exportJobs.content, { params: { id } })

/** One's exports as they are now; while one is under way they are asked for again and again. */
export function useExports() {
  const route = useRoute()
  const router = useRouter()
  const cache = useQueryCache()
  const query = useQuery({
    key: KEY,
    query: ({ signal }) => call(exportJobs.list, { query: { size: 50 } }, { signal }),
    staleTime: 0,
  })
  const jobs = computed(() => query.data.value?.items)
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  watch(
    [jobs, query.asyncStatus],
    () => {
      clearTimeout(timer)
      if (jobs.value?.some(isUnderWay) && query.asyncStatus.value === 'idle')
        timer = setTimeout(() => void query.refetch(), POLL_MS)
    },
    { immediate: true },
  )
  onNotice(({ kind }) => void (kind === 'export' && query.refetch()))

  // The notice leads here: its file is fetched once, not again when the page is read again.
  watch(
    [jobs, () => route.query['download']],
    async ([now, asked]) => {
      if (now === undefined || asked === undefined) return
      await router.replace({ query: {} })
      const job = now.find(({ id }) => String(id) === asked)
      if (job && canFetch(job)) fetchFile(job)
    },
    { immediate: true },
  )

  const cancelling = ref<number | null>(null)
  async function cancel({ id }: ExportJob): Promise<void> {
    cancelling.value = id
    try {
      await call(exportJobs.cancel, { params: { id } })
    } finally {
      cancelling.value = null
      await cache.invalidateQueries({ key: KEY })
    }
  }
  return { jobs, error: query.error, refetch: query.refetch, cancel, cancelling }
}
