import { ref, watch, type Ref } from 'vue'
import { useSession } from './session'

const shared = new Map<string, Ref<unknown>>()

/** A setting of this user in this browser (`crm:pref:<user>:<name>`); everyone who asks for the name gets the same ref. */
export function usePreference<T>(name: string, initial: T): Ref<T> {
  const key = `crm:pref:${useSession().me?.id ?? 0}:${name}`
  const known = shared.get(key)
  if (known) return known as Ref<T>
  const preference = ref(initial) as Ref<T>
  try {
    const text = localStorage.getItem(key)
    if (text !== null) preference.value = JSON.parse(text) as T
  } catch {
    // Unreadable or refused storage: the default is right.
  }
  watch(
    preference,
    (value) => {
      try {
        localStorage.setItem(key, JSON.stringify(value))
      } catch {
        // Holds until the page is closed.
      }
    },
    { deep: true },
  )
  shared.set(key, preference as Ref<unknown>)
  return preference
}
