import { BULK_FILTER, type BulkVerb, bulkVerbs } from '@crm/shared/contract/bulk'
import { computed, type Ref, ref, shallowRef, watch } from 'vue'
import type { ListPageState } from '../../../components/list/useListPage'
import { useSession } from '../../../core/session'
import type { Customer } from '../rows'

/** What is selected of the list, or all that it finds, and the act that is asked for. */
export function useBulkChoice(page: ListPageState<Customer>, selected: Ref<number[]>) {
  const session = useSession()
  const verbs = computed(() =>
    (Object.keys(bulkVerbs) as BulkVerb[]).filter((verb) => session.can(bulkVerbs[verb].needs)),
  )
  const isWhole = ref(false)
  // Another selection, or another list, is not the whole any more.
  watch([selected, page.list.asked], () => (isWhole.value = false))
  const total = computed(() => page.list.total.value)
  const filter = computed(() =>
    Object.fromEntries(
      Object.entries(page.list.asked.value).flatMap(([key, value]) =>
        Object.hasOwn(BULK_FILTER, key) && value !== undefined ? [[key, String(value)]] : [],
      ),
    ),
  )
  const asked = shallowRef<{
    verb: BulkVerb
    chosen: { ids: readonly number[] } | { filter: Readonly<Record<string, string>> }
  } | null>(null)
  return {
    verbs,
    asked,
    isWhole,
    /** The whole page is selected, and the list goes on. */
    canTakeAll: computed(
      () =>
        !isWhole.value &&
        total.value > page.list.rows.value.length &&
        page.list.rows.value.every(({ id }) => selected.value.includes(id)),
    ),
    start: (verb: BulkVerb) =>
      void (asked.value = { verb, chosen: isWhole.value ? { filter: filter.value } : { ids: selected.value } }),
    close: () => void (asked.value = null),
  }
}
