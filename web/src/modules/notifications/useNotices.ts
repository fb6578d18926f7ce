import { type NoticeRow, notifications } from '@crm/shared/contract/notifications'
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { call } from '../../core/server/client'
import { setUnread } from '../../core/notices/notices'
import { groupNotices } from './groups'

const PAGE = 30
export type View = 'unread' | 'all'

/** One's notices, the pages read so far, by customer. */
export function useNotices() {
  const view = ref<View>('unread')
  const items = shallowRef<readonly NoticeRow[]>([])
  const cursor = ref<string | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  let asking = new AbortController()
  onScopeDispose(() => asking.abort())

  async function load(after: string | null): Promise<void> {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    isLoading.value = true
    const query = {
      size: PAGE,
      ...(view.value === 'unread' ? { unread: true } : {}),
      ...(after === null ? {} : { cursor: Number(after) }),
    }
    try {
      const page = await call(notifications.list, { query }, { signal })
      items.value = after === null ? page.items : [...items.value, ...page.items]
      cursor.value = page.nextCursor
      error.value = null
      setUnread(page.unread)
    } catch (problem) {
      if (signal.aborted) return
      error.value = problem
    }
    isLoading.value = false
  }
  async function read(body: { ids?: number[]; all?: boolean }): Promise<void> {
    try {
      setUnread((await call(notifications.read, { body })).unread)
    } catch (problem) {
      error.value = problem
    }
  }

  void load(null)
  return {
    view,
    error,
    isLoading,
    groups: computed(() => groupNotices(items.value)),
    hasMore: computed(() => cursor.value !== null),
    refresh: () => load(null),
    more: () => load(cursor.value),
    show(next: View) {
      view.value = next
      items.value = []
      void load(null)
    },
    /** Read, and still in sight: whoever looks at it must not lose it under the pointer. */
    async open(ids: number[]) {
      const at = new Date().toISOString()
      items.value = items.value.map((one) => (ids.includes(one.id) && !one.readAt ? { ...one, readAt: at } : one))
      await read({ ids })
    },
    async clear() {
      await read({ all: true })
      await load(null)
    },
  }
}
