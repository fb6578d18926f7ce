import { dayOf, isInstant } from '@crm/shared/days'
import type { Field } from '@crm/shared/kernel/field'
import { shallowRef } from 'vue'
import { useChoices } from '../../core/choices/choices'
import { moneyText } from '../../core/display/display'
import { useSession } from '../../core/session'

export type Filters = Readonly<Record<string, string>>
export interface ActiveFilter {
  /** The parameter: `level`, `creditFenFrom`. */
  readonly name: string
  readonly label: string
  readonly words: string
}
export const NONE = { value: 'none', label: '(空)' } as const

/** The names of all regions are 60 KB: fetched when a filter names one, the code stands until then. */
function useRegionWords() {
  const names = shallowRef<((code: string) => string | null) | null>(null)
  let isAsked = false
  return (code: string): string => {
    if (!isAsked) void import('@crm/shared/regions').then(({ regionName }) => (names.value = regionName))
    isAsked = true
    return names.value?.(code) ?? code
  }
}

/** The active filters in words: for chips and for an empty list. */
export function useFilterWords(fields: Readonly<Record<string, Field>>) {
  const lists = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, useChoices(field)]))
  const session = useSession()
  const regionWords = useRegionWords()
  const valueWords = (key: string, field: Field, text: string): string => {
    if (field.kind === 'money') return moneyText(Number(text))
    if (field.kind === 'instant') return isInstant(text) ? dayOf(text, session.zone) : text
    if (field.kind === 'text' && field.format === 'region') return regionWords(text)
    if (field.kind === 'flag') return text === 'true' ? '是' : '否'
    const list = lists[key]?.value
    if (!list) return text
    return text
      .split(',')
      .map((one) => (one === NONE.value ? NONE.label : (list.find((item) => String(item.value) === one)?.label ?? one)))
      .join('、')
  }
  return (filters: Filters): ActiveFilter[] =>
    Object.entries(filters).flatMap(([name, text]) => {
      const [, base = name, side = ''] = /^(.+?)(From|To)$/.exec(name) ?? []
      const key = Object.hasOwn(fields, name) ? name : base
      const field = fields[key]
      if (!field) return [{ name, label: name, words: text }]
      const bound = key === name ? '' : side === 'From' ? '从 ' : '到 '
      return [{ name, label: field.label, words: bound + valueWords(key, field, text) }]
    })
}
