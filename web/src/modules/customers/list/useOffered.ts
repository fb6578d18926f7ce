import { computed, shallowRef } from 'vue'
import { customerActions } from '../../../core/panels/customerPanels'
import { useSession } from '../../../core/session'
import { useKeys } from '../../../core/useKeys'
import type { Customer } from '../rows'

/** What other modules offer for a customer: entries of its menu, keys for the row in focus (or the customer of the page), and what is open now. */
export function useOffered(focused: () => Customer | undefined) {
  const session = useSession()
  const allowed = computed(() => customerActions().filter(({ permission }) => session.can(permission)))
  const open = shallowRef<{ readonly name: string; readonly row: Customer } | null>(null)
  const start = (name: string, row: Customer) => void (open.value = { name, row })
  useKeys(
    allowed.value.flatMap(({ key, keys, label }) =>
      keys
        ? [
            {
              keys,
              label,
              run: () => {
                const row = focused()
                if (row) start(key, row)
              },
            },
          ]
        : [],
    ),
  )
  return {
    menu: computed(() => allowed.value.map(({ key, keys, label }) => ({ key, label, ...(keys && { note: keys }) }))),
    has: (key: string) => allowed.value.some((action) => action.key === key),
    open,
    start,
    close: () => void (open.value = null),
  }
}
