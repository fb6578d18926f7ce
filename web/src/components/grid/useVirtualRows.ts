import { useElementSize, useEventListener } from '@vueuse/core'
import { computed, type Ref, ref } from 'vue'

const OVERSCAN = 12

/** Which rows stand in the DOM: all of them, or in continuous mode those in sight with spacers around. Rows are of one height. */
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
  const topPx = ref(0)
  const { height } = useElementSize(scroller)
  useEventListener(scroller, 'scroll', () => void (topPx.value = scroller.value?.scrollTop ?? 0), { passive: true })
  const first = computed(() => Math.floor(topPx.value / rowPx()))
  return computed(() => {
    if (!isOn()) return { start: 0, end: count(), topPx: 0, bottomPx: 0 }
    const start = Math.max(0, Math.min(first.value, count()) - OVERSCAN)
    const end = Math.min(count(), first.value + Math.ceil(height.value / rowPx()) + OVERSCAN)
    return { start, end, topPx: start * rowPx(), bottomPx: (count() - end) * rowPx() }
  })
}
