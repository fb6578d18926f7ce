import type { Endpoint } from '@crm/shared/kernel/endpoint'
import type { Entity } from '@crm/shared/kernel/entity'
import { computed, nextTick, ref } from 'vue'
import { useRouter } from 'vue-router'
import type { Choice } from '../../core/choices/choices'
import { call } from '../../core/server/client'
import { useLineProducts } from '../../core/choices/lineProducts'
import { isProblem } from '../../core/server/problem'
import { findContactsOf, type Search } from '../../core/choices/references'
import { type AnyOf, useSession } from '../../core/session'
import { toast } from '../../core/toast'
import { type EditedRow, useForm } from '../../core/form/useForm'
import { asLineValue, blankLine, isBlankLine, type LineValue, liveTotals } from './lineValues'
import { useRepricing } from './useRepricing'

interface WithLines extends EditedRow {
  readonly number: string
  readonly lines: readonly object[]
}
type Customer = { readonly id: number; readonly name: string }
interface LinesFormOptions<Row> {
  readonly entity: Entity
  readonly api: { readonly create: Endpoint<unknown, Row>; readonly update: Endpoint<unknown, Row> }
  /** What is written, where one comes back to it: 报价 (of 报价单). */
  readonly noun: string
  readonly row: Row | null
  /** Whose it will be, where one comes from the customer's page. */
  readonly customer: Customer | null
  /** Its fields above the lines, in their order. */
  readonly keys: readonly string[]
  /** Those that belong to the customer, and go when it is another one. */
  readonly ofCustomer: readonly string[]
  readonly initial: Readonly<Record<string, unknown>>
  /** The field with the day whose prices count. */
  readonly pricedOn: string
  readonly searches?: (customerId: () => number | null) => Readonly<Record<string, Search>>
  /** What shows it loads again. */
  readonly refresh: () => Promise<unknown>
  /** The second button: what it does with the document once that is saved. It stays saved whatever comes of this. */
  readonly step: { readonly label: string; readonly permission: AnyOf; readonly take: (saved: Row) => Promise<void> }
}

/** A document with lines while it is written (order, quote): its form, what it comes to, and saving; `LinesForm` shows it. */
export function useLinesForm<Row extends WithLines>(options: LinesFormOptions<Row>) {
  const { api, customer, entity, initial, keys, noun, ofCustomer, pricedOn, refresh, row, step } = options
  const router = useRouter()
  const session = useSession()
  const pathOf = ({ id }: EditedRow) => `/${entity.path}/${id}`
  const { create, update } = { create: api.create.body!, update: api.update.body! }
  const base = useForm({
    name: entity.name,
    fields: {
      ...Object.fromEntries([...keys, 'discountFen'].map((key) => [key, create[key]!])),
      lines: (row ? update : create)['lines']!,
    },
    row: row && { ...row, lines: row.lines.map(asLineValue) },
    initial: { customerId: customer?.id ?? null, lines: [blankLine()], ...initial },
    following: { customerId: ofCustomer },
  })
  const form = { ...base, set }
  const known = ref<Record<string, readonly Choice[]>>(
    customer ? { customerId: [{ value: customer.id, label: customer.name }] } : {},
  )
  const customerId = () => (typeof form.values['customerId'] === 'number' ? form.values['customerId'] : null)
  const on = () => (form.values[pricedOn] as string | null) ?? null
  const source = useLineProducts({ customerId, on })
  const lines = computed(() => form.values['lines'] as LineValue[])
  const totals = computed(() => liveTotals(lines.value, form.values['discountFen']))
  const isStepping = ref(false)
  const reprice = useRepricing({ current: () => ({ customerId: customerId(), on: on() }), lines, source })

  function set(key: string, value: unknown): void {
    const former = customerId()
    const held = ofCustomer.filter((each) => form.values[each] !== null)
    base.set(key, value)
    if (key === pricedOn) void reprice()
    if (key !== 'customerId' || customerId() === former) return
    const gone = held.filter((each) => form.values[each] === null).map((each) => form.fields[each]!.label)
    if (gone.length > 0) toast(`已清空原客户的${gone.join('、')}`)
    void reprice()
  }
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
      return await (row
        ? call(api.update, { params: { id: row.id }, body } as never)
        : call(api.create, { body } as never, { idempotencyKey: key }))
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
      const saved = outcome.state === 'saved' ? outcome.row : row!
      if (isStepped) await step.take(saved)
      await refresh()
      await router.replace(pathOf(saved))
    } finally {
      isStepping.value = false
    }
  }
  /** What the page says of it, and where it leads back to. */
  const words = {
    noun,
    title: row ? `编辑${entity.label} ${row.number}` : `新建${entity.label}`,
    back: row ? pathOf(row) : customer ? `/customers/${customer.id}` : `/${entity.path}`,
    backLabel: row?.number ?? customer?.name ?? noun,
    step: session.can(step.permission) ? step.label : null,
  }
  const searches = { contactId: findContactsOf(customerId), ...options.searches?.(customerId) }
  const discount = entity.fields['discountFen']!
  return {
    form,
    keys,
    words,
    discount,
    searches,
    known,
    customerId,
    source,
    lines,
    totals,
    isStepping,
    choose,
    forget,
    save,
  }
}
export type LinesDocument = ReturnType<typeof useLinesForm>
