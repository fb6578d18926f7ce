import { shallowRef } from 'vue'

export interface ScrollPlace {
  readonly top: number
  readonly left: number
  readonly openedId: number | null
}
const PREFIX = 'crm:scroll:'

/** After Back (and reload) the browser has a page ahead of this one; after a fresh visit it has none. */
const isReturning = () => Boolean((window.history.state as { forward?: unknown } | null)?.forward)

/** Where a list was scrolled, per address, for this tab. `place` is set only when the user comes back. */
export function useScrollMemory(address: () => string) {
  const read = (): ScrollPlace | null => {
    try {
      return isReturning()
        ? (JSON.parse(sessionStorage.getItem(PREFIX + address()) ?? 'null') as ScrollPlace | null)
        : null
    } catch {
      return null
    }
  }
  const place = shallowRef(read())
  const home = address()
  function save(next: ScrollPlace): void {
    // Scroll events of a page on its way out would overwrite its memory with zeros.
    if (address().split('?')[0] !== home.split('?')[0]) return
    place.value = next
    try {
      sessionStorage.setItem(PREFIX + address(), JSON.stringify(place.value))
    } catch {
      // Without storage Back starts at the top.
    }
  }
  return { place, save }
}
