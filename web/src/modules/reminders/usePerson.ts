import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useSession } from '../../core/session'

const ID = /^[1-9]\d{0,14}$/

/** Whose reminders a page shows: one's own, unless the address says `who=12` or `who=all`. */
export function usePerson(path: string) {
  const route = useRoute()
  const router = useRouter()
  const me = useSession().me?.id ?? 0
  const read = (): number | 'all' => {
    const who = route.query['who']
    return who === 'all' ? 'all' : typeof who === 'string' && ID.test(who) ? Number(who) : me
  }
  const asked = ref(read())
  watch(
    () => route.query['who'],
    () => route.path === path && (asked.value = read()),
  )
  const chosen = computed({
    get: () => asked.value,
    set: (who: number | 'all') => {
      const { who: _, page: __, ...query } = route.query
      void router.push({ path, query: who === me ? query : { ...query, who: String(who) } })
    },
  })
  const filter = computed(() => (asked.value === 'all' ? {} : { assigneeId: [asked.value] }))
  return { chosen, filter }
}
