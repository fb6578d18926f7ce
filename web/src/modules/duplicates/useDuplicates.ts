import { type DuplicateGroup, duplicates, type GroupState, groupStates } from '@crm/shared/contract/duplicates'
import { useQuery } from '@pinia/colada'
import { computed, onScopeDispose, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { call } from '../../core/server/client'
import { useAttempt } from '../../core/form/useAttempt'
import { useRefreshMerged } from './useRefreshMerged'

const POLL_MS = 700
export const SIZE = 20

/** The report as it stands: state, reason and page live in the URL; while one is being made it is asked again and again. */
export function useDuplicates() {
  const route = useRoute()
  const router = useRouter()
  const state = computed<GroupState>(() =>
    Object.hasOwn(groupStates, String(route.query['state'])) ? (route.query['state'] as GroupState) : 'pending',
  )
  const kind = computed(() => String(route.query['kind'] ?? '') as DuplicateGroup['kind'] | '')
  const page = computed(() => Math.max(1, Number(route.query['page'] ?? 1) || 1))
  function go(change: Readonly<Record<string, string>>): void {
    const query: Record<string, string> = { state: state.value, kind: kind.value, ...change }
    if (query['state'] === 'pending') query['state'] = ''
    if (query['page'] === '1') query['page'] = ''
    void router.push({ query: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')) })
  }
  const query = useQuery({
    key: () => ['duplicates', state.value, kind.value, page.value],
    query: ({ signal }) =>
      call(
        duplicates.list,
        {
          query: {
            page: page.value,
            size: SIZE,
            state: state.value,
            ...(kind.value && { kind: kind.value }),
          },
        },
        { signal },
      ),
    placeholderData: (previous) => previous,
    staleTime: 0,
  })
  const reply = computed(() => query.data.value)
  const isRunning = computed(() => reply.value?.report?.state === 'running')
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  watch(
    [reply, query.asyncStatus],
    () => {
      clearTimeout(timer)
      if (isRunning.value && query.asyncStatus.value === 'idle') timer = setTimeout(() => void query.refetch(), POLL_MS)
    },
    { immediate: true },
  )
  const refresh = useRefreshMerged()

  const isStarting = ref(false)
  const { attempt, failure } = useAttempt(refresh, 'always')
  async function run(): Promise<void> {
    isStarting.value = true
    await attempt(() => call(duplicates.run, {}))
    isStarting.value = false
  }
  const ignore = (group: DuplicateGroup, ignored: boolean) =>
    attempt(() => call(duplicates.ignore, { params: { id: group.id }, body: { ignored } }))
  return { state, kind, page, go, query, reply, isRunning, isStarting, failure, run, ignore }
}
