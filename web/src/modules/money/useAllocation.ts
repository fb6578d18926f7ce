import type { AllocationInput } from '@crm/shared/contract/receipts'
import { receivables } from '@crm/shared/contract/receivables'
import { OPEN_STATUSES, oldestFirst } from '@crm/shared/rules/receivables'
import { useQuery } from '@pinia/colada'
import { computed, reactive, ref, watch } from 'vue'
import { call } from '../../core/server/client'
import type { Receivable } from './rows'

const MOST = 200
/** A line one may pay: `openFen` is what this payment may take. */
export type Payable = Pick<
  Receivable,
  'id' | 'label' | 'dueOn' | 'openFen' | 'orderId' | 'orderName' | 'contractId' | 'contractName'
>

/**
 * What a receipt pays: by itself what is due first (`firstId` before all), until somebody types; 自动分配 begins anew. What was
 * typed and cannot be read stays text and is no amount.
 */
export function useAllocation(given: {
  customerId: () => number | null
  amountFen: () => number
  firstId?: number | undefined
  /** What the receipt pays already. */
  paid?: readonly AllocationInput[]
  /** Lines that are not open any more, because this receipt paid them. */
  closed?: readonly Payable[]
}) {
  const { amountFen, closed = [], customerId, firstId, paid } = given
  const query = useQuery({
    key: () => ['list', receivables.list.path, 'payable', customerId()],
    query: ({ signal }) =>
      call(
        receivables.list,
        { query: { customerId: [customerId()!], status: [...OPEN_STATUSES], sort: 'dueOn', size: MOST } },
        { signal },
      ),
    enabled: () => customerId() !== null,
  })
  const paidOf = (id: number) => paid?.find(({ receivableId }) => receivableId === id)?.amountFen ?? 0
  const rows = computed<Payable[]>(() => {
    const open = query.data.value?.items ?? []
    const all = [...closed.filter(({ id }) => !open.some((row) => row.id === id)), ...open]
    return all.map((row) => ({ ...row, openFen: row.openFen + paidOf(row.id) }))
  })
  const typed = reactive<Record<number, unknown>>(
    Object.fromEntries((paid ?? []).map(({ amountFen: fen, receivableId }) => [receivableId, fen])),
  )
  const isByHand = ref(paid !== undefined)
  const clear = () => {
    for (const key of Object.keys(typed)) delete typed[Number(key)]
  }
  function allot(): void {
    isByHand.value = false
    clear()
    let left = amountFen()
    const first = rows.value.find(({ id }) => id === firstId)
    if (first && left > 0) {
      typed[first.id] = Math.min(left, first.openFen)
      left -= typed[first.id] as number
    }
    for (const { amountFen: fen, receivableId } of oldestFirst(
      left,
      rows.value.filter((row) => row !== first),
    ))
      typed[receivableId] = fen
  }
  watch([rows, () => amountFen(), () => customerId()], () => isByHand.value || allot(), { immediate: true })
  function set(id: number, value: unknown): void {
    isByHand.value = true
    typed[id] = value
  }
  const allocations = computed<AllocationInput[]>(() =>
    rows.value.flatMap(({ id }) => {
      const fen = typed[id]
      return typeof fen === 'number' && fen !== 0 ? [{ receivableId: id, amountFen: fen }] : []
    }),
  )
  const allocatedFen = computed(() => allocations.value.reduce((sum, one) => sum + one.amountFen, 0))
  const leftFen = computed(() => amountFen() - allocatedFen.value)
  /** Why it cannot be sent; empty when it can. */
  const wrong = computed(() => {
    if (rows.value.some(({ id }) => typeof typed[id] === 'string')) return '本次核销应为金额,例如 1,234.50'
    if (amountFen() >= 0 ? leftFen.value < 0 : leftFen.value > 0) return '核销合计超过了回款金额'
    const over = rows.value.find(({ id, openFen }) => typeof typed[id] === 'number' && (typed[id] as number) > openFen)
    return over ? `“${over.label}”核销的比未收的多` : ''
  })
  return { query, rows, typed, set, allot, allocations, allocatedFen, leftFen, wrong, isByHand }
}
export type AllocationState = ReturnType<typeof useAllocation>
