import { tags } from '@crm/shared/contract/customers'
import { roles } from '@crm/shared/contract/org'
import type { Field } from '@crm/shared/kernel/field'
import { useQuery } from '@pinia/colada'
import { computed, type ComputedRef } from 'vue'
import { call } from '../server/client'
import { useDictionaries } from './dictionaries'
import { useDirectory } from './directory'
import { useProductCategories } from './productCategories'

export type ChoiceValue = string | number
export interface Choice {
  readonly value: ChoiceValue
  readonly label: string
  /** Kept for rows that have it, not offered for new ones: a colleague who left, an item switched off. */
  readonly retired?: boolean
}
const FRESH_MS = 60_000
const ALL = { query: { size: 200, sort: 'name' } } as const

function useNamed(to: 'tag' | 'role'): ComputedRef<Choice[]> {
  const query = useQuery({
    key: ['choices', to],
    query: async ({ signal }) =>
      (await (to === 'tag' ? call(tags.list, ALL, { signal }) : call(roles.list, ALL, { signal }))).items as {
        id: number
        name: string
      }[],
    staleTime: FRESH_MS,
  })
  return computed(() => (query.data.value ?? []).map(({ id, name }) => ({ value: id, label: name })))
}

/** What a field lets one choose from; null for a field that is typed, or a reference too large to list (customers). */
export function useChoices(field: Field): ComputedRef<Choice[]> | null {
  if (field.kind === 'option') {
    const choices = Object.entries(field.options).map(([value, label]) => ({ value, label }))
    return computed(() => choices)
  }
  if (field.kind === 'dict') {
    const { itemsOf } = useDictionaries()
    return computed(() =>
      itemsOf(field.dictionary).map((item) => ({ value: item.code ?? '', label: item.label, retired: !item.active })),
    )
  }
  if (field.kind !== 'ref') return null
  const { users, teams } = useDirectory()
  if (field.to === 'user')
    return computed(() => users.value.map(({ id, name, disabled }) => ({ value: id, label: name, retired: disabled })))
  if (field.to === 'team') return computed(() => teams.value.map(({ id, name }) => ({ value: id, label: name })))
  if (field.to === 'productCategory') return useProductCategories().choices
  return field.to === 'tag' || field.to === 'role' ? useNamed(field.to) : null
}
