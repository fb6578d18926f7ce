import { contacts, customers } from '@crm/shared/contract/customers'
import { useQueryCache } from '@pinia/colada'
import { onScopeDispose, reactive } from 'vue'
import { call } from '../../../core/server/client'
import { errorWords } from '../../../core/server/problem'
import { historyKey } from '../record/useRefresh'

/** One number of one row. */
export type PhoneOf =
  | { readonly of: 'customer'; readonly id: number; readonly field: 'phone' }
  | { readonly of: 'contact'; readonly id: number; readonly field: 'mobile' | 'mobile2' | 'phone' }
interface Shown {
  readonly number: string
  leftS: number
}
const keyOf = ({ of, id, field }: PhoneOf) => `${of}/${id}/${field}`
const TICK_MS = 1000
export const isMasked = (number: string | null | undefined): boolean => /[*＊•]/.test(number ?? '')

/** Whole numbers this page may show for a minute; the server has logged each of them. */
export function useReveal() {
  const cache = useQueryCache()
  const shown = reactive(new Map<string, Shown>())
  const failures = reactive(new Map<string, string>())
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = (): void => {
    clearInterval(timer)
    timer = undefined
  }
  onScopeDispose(stop)
  function tick(): void {
    for (const [key, one] of shown) {
      one.leftS -= 1
      if (one.leftS <= 0) shown.delete(key)
    }
    if (shown.size === 0) stop()
  }

  /** The whole number; null when there is none or the server refused (`failureOf` says why). */
  async function reveal(phone: PhoneOf): Promise<string | null> {
    const key = keyOf(phone)
    failures.delete(key)
    try {
      const { value, seconds } =
        phone.of === 'customer'
          ? await call(customers.reveal, { params: { id: phone.id }, body: { field: phone.field } })
          : await call(contacts.reveal, { params: { id: phone.id }, body: { field: phone.field } })
      // The timeline of the customer's page says who looked.
      if (phone.of === 'customer') void cache.invalidateQueries({ key: historyKey(phone.id) })
      if (value === null) return null
      shown.set(key, { number: value, leftS: seconds })
      timer ??= setInterval(tick, TICK_MS)
      return value
    } catch (error) {
      failures.set(key, errorWords(error).title)
      return null
    }
  }
  return {
    reveal,
    revealed: (phone: PhoneOf) => shown.get(keyOf(phone)) ?? null,
    failureOf: (phone: PhoneOf) => failures.get(keyOf(phone)) ?? '',
  }
}
export type Reveal = ReturnType<typeof useReveal>
