import { customers, type DuplicateMatch } from '@crm/shared/contract/customers'
import type { Shape } from '@crm/shared/kernel/schema'
import { computed, shallowRef } from 'vue'
import { call } from '../../../core/server/client'
import { isProblem } from '../../../core/server/problem'
import { useCan } from '../../../core/useCan'
import { type Outcome, useForm } from '../../../core/form/useForm'
import type { Values } from '../../../core/form/formMerge'
import type { Customer } from '../rows'
import { ofCustomer, type Question, useDuplicateCheck } from './useDuplicateCheck'
import { useRefresh } from '../record/useRefresh'

/** A new or edited customer with 查重: hints while typing, and the matches when the server refuses the save. */
export function useCustomerForm({
  name,
  fields,
  row = null,
  initial = {},
}: {
  name: string
  fields: Shape
  row?: Customer | null
  initial?: Values
}) {
  const refresh = useRefresh()
  const form = useForm({ name, fields, row, initial })
  const mayOverride = useCan('duplicate.override')
  const refusedBy = shallowRef<readonly DuplicateMatch[]>([])
  const refused = shallowRef<Question>({})
  const { matchesOf, questionOf } = useDuplicateCheck(ofCustomer, (field) => String(form.values[field] ?? ''), row)

  async function send(body: never, key: string): Promise<Customer> {
    refusedBy.value = []
    try {
      return row
        ? await call(customers.update, { params: { id: row.id }, body })
        : await call(customers.create, { body }, { idempotencyKey: key })
    } catch (error) {
      if (isProblem(error, 'duplicate')) {
        refusedBy.value = (error.matches as DuplicateMatch[] | undefined) ?? []
        const { creditCode, name: typed } = { ...row, ...form.values } as Record<string, unknown>
        refused.value = {
          ...(typed ? { name: String(typed) } : {}),
          ...(creditCode ? { creditCode: String(creditCode) } : {}),
        }
      }
      throw error
    }
  }
  async function save(overrideReason?: string): Promise<Outcome<Customer>> {
    const outcome = await form.submit<Customer>(send, overrideReason ? { overrideReason } : {})
    if (outcome.state === 'saved') {
      refusedBy.value = []
      await (row ? refresh.customer(outcome.row.id) : refresh.lists())
    }
    return outcome
  }
  return {
    form,
    save,
    matchesOf,
    questionOf,
    refusedBy,
    /** What the server found them for. */
    refused,
    canOverride: computed(() => mayOverride.value && refusedBy.value.length > 0),
  }
}
export type CustomerForm = ReturnType<typeof useCustomerForm>
