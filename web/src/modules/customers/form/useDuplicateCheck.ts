import { customers, type DuplicateMatch } from '@crm/shared/contract/customers'
import { onScopeDispose, reactive, watch } from 'vue'
import { call } from '../../../core/server/client'
import { isAbort } from '../../../core/server/problem'
import type { Customer } from '../rows'

const PAUSE_MS = 300
/** One character matches half the office's customers. */
const SHORTEST = 2

/** Fields of the form that 查重 looks at, and what each is called in the question. */
const QUESTIONS = { name: 'name', creditCode: 'creditCode', phone: 'phone', mobile: 'phone', email: 'email' } as const
export type CheckedField = keyof typeof QUESTIONS
/** What 查重 was asked: whoever asks to work on what it found says it again. */
export type Question = Partial<Record<'name' | 'creditCode' | 'phone' | 'email', string>>
export const ofCustomer = ['name', 'creditCode', 'phone', 'email'] as const

/** 查重 while typing: matches per field, 300 ms after the last key. `textOf` reads a field; what the edited row says itself is not asked. */
export function useDuplicateCheck<F extends CheckedField>(
  fields: readonly F[],
  textOf: (field: F) => string,
  row: Customer | null = null,
) {
  const matches: Partial<Record<CheckedField, readonly DuplicateMatch[]>> = reactive({})
  const questions: Partial<Record<CheckedField, Question>> = {}
  const timers = new Map<F, ReturnType<typeof setTimeout>>()
  const running = new Map<F, AbortController>()

  async function ask(field: F, text: string): Promise<void> {
    const controller = new AbortController()
    running.set(field, controller)
    const question: Question = { [QUESTIONS[field]]: text }
    const body = { ...question, ...(row ? { exceptId: row.id } : {}) }
    try {
      const found = (await call(customers.check, { body }, { signal: controller.signal })).matches
      questions[field] = question
      matches[field] = found
    } catch (error) {
      // A hint that does not come is no reason to stop typing: the server checks again at save.
      if (!isAbort(error)) delete matches[field]
    }
  }
  function check(field: F): void {
    clearTimeout(timers.get(field))
    running.get(field)?.abort()
    const text = textOf(field).trim()
    if (text.length < SHORTEST || text === (row?.[field as keyof Customer] ?? null) || text.includes('*'))
      return void delete matches[field]
    timers.set(
      field,
      setTimeout(() => void ask(field, text), PAUSE_MS),
    )
  }
  // At once too: a restored draft was typed before.
  for (const field of fields)
    watch(
      () => textOf(field),
      () => check(field),
      { immediate: true },
    )
  onScopeDispose(() => {
    for (const timer of timers.values()) clearTimeout(timer)
    for (const controller of running.values()) controller.abort()
  })
  return {
    matchesOf: (field: F) => matches[field] ?? [],
    /** Of what it has matches for. */
    questionOf: (field: F): Question => questions[field] ?? {},
  }
}
