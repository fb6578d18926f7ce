import { onScopeDispose, ref, watch } from 'vue'

/** Shorter waits show nothing: a skeleton that flashes is worse than none. */
const DELAY_MS = 300

/** True once `isWaiting` has lasted 300 ms. */
export function useDelayed(isWaiting: () => boolean) {
  const isLate = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    isWaiting,
    (waiting) => {
      clearTimeout(timer)
      isLate.value = false
      if (waiting) timer = setTimeout(() => (isLate.value = true), DELAY_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return isLate
}
