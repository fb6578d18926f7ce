import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** `?open=12` shows one record over its list: notices, approvals and other pages link there. */
export function useOpened() {
  const route = useRoute()
  const router = useRouter()
  const openedId = computed(() => (/^\d{1,15}$/.test(String(route.query['open'])) ? Number(route.query['open']) : null))
  /** Where a row of this list leads: the same list, with it open. */
  const openAt = (row: { readonly id: number }) => ({ query: { ...route.query, open: row.id } })
  function closeOpened(): void {
    const { open: _, ...query } = route.query
    void router.replace({ query })
  }
  return { openedId, openAt, closeOpened }
}
