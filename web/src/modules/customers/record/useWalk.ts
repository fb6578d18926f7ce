import { customers } from '@crm/shared/contract/customers'
import type { ListQuery } from '@crm/shared/kernel/query'
import { computed, ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { call } from '../../../core/server/client'
import { countText, totalText } from '../../../core/display/display'
import { DEEPEST_ROW, effectiveSort, listQuery, listUrl, parseListUrl } from '../../../core/list/listUrl'
import { errorWords } from '../../../core/server/problem'
import { useSession } from '../../../core/session'
import { toast } from '../../../core/toast'
import { placeIn, readWalk, rememberWalk } from '../../../core/list/walk'
import { customerViews, DEFAULT_SORT } from '../list/customerColumns'

const DEFAULTS = { sort: DEFAULT_SORT, size: 50 }
const PATH = '/customers'

/** 上一条/下一条 through the list a customer was opened from, with its filters, across its pages. */
export function useWalk(id: number) {
  const router = useRouter()
  const session = useSession()
  const walk = shallowRef(readWalk(customers.list.path))
  const place = computed(() => placeIn(walk.value, id))
  const isBusy = ref(false)
  const listAddress = computed(() => (place.value ? walk.value!.url : PATH))

  const pageSize = () => parseListUrl(router.resolve(listAddress.value).query, customers.list.query!, DEFAULTS).size
  const previous = computed(() => place.value !== null && place.value.position > 1)
  const next = computed(
    () =>
      place.value !== null &&
      place.value.position < walk.value!.total &&
      (place.value.next !== null || walk.value!.before + 2 * pageSize() <= DEEPEST_ROW),
  )

  /** The neighbouring page of that list; its ids replace the known ones. */
  async function turn(by: -1 | 1): Promise<number | undefined> {
    const { query } = router.resolve(listAddress.value)
    const state = parseListUrl(query, customers.list.query!, DEFAULTS)
    const there = { ...state, page: state.page + by }
    const view = customerViews(session.me?.id, session.can('customer.delete')).find(({ key }) => key === query['view'])
    const asked = listQuery({ ...there, sort: effectiveSort(there, DEFAULTS) }, view?.fixed)
    const { items, total, totalCapped } = await call(customers.list, { query: asked as ListQuery })
    const url = router.resolve({ path: PATH, query: listUrl(there, customers.list.query!, DEFAULTS, query) }).fullPath
    const ids = items.map((row) => row.id)
    if (ids.length > 0)
      rememberWalk(customers.list.path, { url, ids, before: (there.page - 1) * there.size, total, totalCapped })
    return by === 1 ? ids[0] : ids.at(-1)
  }
  async function step(by: -1 | 1): Promise<void> {
    if (isBusy.value || !(by === 1 ? next.value : previous.value)) return
    isBusy.value = true
    try {
      const to = (by === 1 ? place.value!.next : place.value!.previous) ?? (await turn(by))
      // Replaced, so that Back leads to the list and not through every customer on the way.
      if (to !== undefined) await router.replace(`${PATH}/${to}`)
    } catch (error) {
      toast(errorWords(error).title)
    } finally {
      isBusy.value = false
    }
  }
  const words = computed(() =>
    place.value ? `${countText(place.value.position)} / ${totalText(walk.value!.total, walk.value!.totalCapped)}` : '',
  )
  /** The link back to the list goes Back when that is where the user came from: page, scroll and row are as they were. */
  function onBack(event: MouseEvent): void {
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
    const isBack = (event.target as Element).closest('a.back') !== null
    const from = String((window.history.state as { back?: unknown } | null)?.back ?? '')
    if (!isPlain || !isBack || from.split('?')[0] !== PATH) return
    event.preventDefault()
    router.back()
  }
  return { words, previous, next, step, listAddress, onBack }
}
