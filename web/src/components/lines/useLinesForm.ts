import type { Shape } from '@crm/shared/kernel/schema'
import { computed, nextTick, ref } from 'vue'
import { useRouter } from 'vue-router'
import type { Choice } from '../../core/choices'
import { useLineProducts } from '../../core/lineProducts'
import { isProblem } from '../../core/problem'
import { type EditedRow, useForm } from '../../core/useForm'
import { asLineValue, blankLine, isBlankLine, type LineValue, liveTotals } from './lineValues'

interface WithLines extends EditedRow {
  readonly lines: readonly object[]
}
interface LinesFormOptions<Row> {
  /** Names the draft: order, quote. */
  readonly name: string
  readonly fields: Shape
  readonly row: Row | null
  /** Whose it will be, where one comes from the customer's page. */
  readonly customer: { readonly id: number; readonly name: string } | null
  readonly initial: Readonly<Record<string, unknown>>
  /** The field with the day whose prices count. */
  readonly pricedOn: string
  readonly write: (body: never, key: string) => Promise<Row>
  /** After it is saved: takes the step that was asked for, and says where to go. */
  readonly finish: (saved: Row, isStepped: boolean) => Promise<string>
}

/** A document with lines while it is written (order, quote): its form, what it comes to, and saving; `LinesForm` shows it. */
export function useLinesForm<Row extends WithLines>(options: LinesFormOptions<Row>) {
  const { customer, fields, finish, initial, name, pricedOn, row, write } = options
  const router = useRouter()
  const form = useForm({
    name,
    fields,
    row: row && { ...row, lines: row.lines.map(asLineValue) },
    initial: { customerId: customer?.id ?? null, lines: [blankLine()], ...initial },
  })
  const known = ref<Record<string, readonly Choice[]>>(
    customer ? { customerId: [{ value: customer.id, label: customer.name }] } : {},
  )
  const customerId = () => (typeof form.values['customerId'] === 'number' ? form.values['customerId'] : null)
  const source = useLineProducts({ customerId, on: () => (form.values[pricedOn] as string | null) ?? null })
  const lines = computed(() => form.values['lines'] as LineValue[])
  const totals = computed(() => liveTotals(lines.value, form.values['discountFen']))
  const isStepping = ref(false)

  /** A reference that was made meanwhile: no list holds it yet. */
  function choose(key: string, choice: Choice): void {
    known.value[key] = [choice]
    form.set(key, choice.value)
  }
  /** An error of the lines says nothing any more once they moved (null), or its own cell was changed. */
  function forget(path: string | null): void {
    for (const key of Object.keys(form.errors))
      if (key === 'lines' || (path === null ? key.startsWith('lines.') : key === path)) delete form.errors[key]
  }
  async function send(body: never, key: string): Promise<Row> {
    try {
      return await write(body, key)
    } catch (error) {
      // What the other person saved, in the words of this form.
      if (isProblem(error, 'stale_version') && error.current) {
        const current = error.current as Record<string, unknown>
        current['lines'] = ((current['lines'] ?? []) as object[]).map(asLineValue)
      }
      throw error
    }
  }
  async function takeOverTyped(): Promise<void> {
    // What is typed is taken over when its field is left.
    const at = document.activeElement as HTMLElement | null
    at?.blur()
    at?.focus()
    await nextTick()
    const filled = lines.value.filter((line) => !isBlankLine(line))
    if (filled.length > 0 && filled.length < lines.value.length) form.values['lines'] = filled
  }
  async function save(isStepped: boolean): Promise<void> {
    await takeOverTyped()
    isStepping.value = isStepped
    try {
      const outcome = await form.submit<Row>(send)
      if (outcome.state === 'refused') return
      await router.replace(await finish(outcome.state === 'saved' ? outcome.row : row!, isStepped))
    } finally {
      isStepping.value = false
    }
  }
  return { form, known, customerId, source, lines, totals, isStepping, choose, forget, save }
}
export type LinesDocument = ReturnType<typeof useLinesForm>
