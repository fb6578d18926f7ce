import { useVirtualizer } from '@tanstack/vue-virtual'
import { computed, type Ref } from 'vue'

const OVERSCAN = 12

/** Which rows stand in the DOM: all of them, or in continuous mode those in sight with spacers around. */
export function useVirtualRows({
  isOn,
  count,
  rowPx,
  scroller,
}: {
  isOn: () => boolean
  count: () => number
  rowPx: () => number
  scroller: Ref<HTMLElement | null>
}) {
  const options = computed(() => ({
    enabled: isOn(),
    count: isOn() ? count() : 0,
    estimateSize: rowPx,
    overscan: OVERSCAN,
    getScrollElement: () => scroller.value,
  }))
  const virtualizer = useVirtualizer(options)
  return computed(() => {
    if (!isOn()) return { start: 0, end: count(), topPx: 0, bottomPx: 0 }
    const items = virtualizer.value.getVirtualItems()
    const [first, last] = [items[0], items.at(-1)]
    if (!first || !last) return { start: 0, end: 0, topPx: 0, bottomPx: count() * rowPx() }
    return {
      start: first.index,
      end: last.index + 1,
      topPx: first.start,
      bottomPx: virtualizer.value.getTotalSize() - last.end,
    }
  })
}
