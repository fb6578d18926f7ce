import type { Endpoint } from '@crm/shared/kernel/endpoint'
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed, ref, shallowRef, watch } from 'vue'
import { call } from '../server/client'
import { isProblem } from '../server/problem'
import { toast } from '../toast'
import { guardUnsaved } from './unsaved'

/** A rule while it is written: any part may be missing still. */
export type RuleDraft<Rule> = { -readonly [K in keyof Rule]: Rule[K] | null } & { readonly key: number }
interface Rules<Rule> {
  readonly items: readonly Rule[]
}
interface RuleRowsOptions<Rule> {
  /** Of the query cache. */
  readonly key: string
  readonly read: Endpoint<unknown, Rules<Rule>>
  readonly replace: (items: Rule[]) => Promise<Rules<Rule>>
  readonly blank: { readonly [K in keyof Rule]: null }
  /** Said when the last rule is gone: 不再提醒久未跟进. */
  readonly none: string
}

/** A short list of rules that is edited whole and saved at once (久未跟进, 大额提醒); `RuleSheet` shows it. */
export function useRuleRows<Rule extends object>({ blank, key, none, read, replace }: RuleRowsOptions<Rule>) {
  const cache = useQueryCache()
  const query = useQuery({ key: [key], query: ({ signal }) => call(read, {}, { signal }) })
  const drafts = ref([]) as { value: RuleDraft<Rule>[] }
  const failure = shallowRef<unknown>(null)
  const errors = ref<Record<string, string>>({})
  const isSaving = ref(false)
  let lastKey = 0

  const rules = () => drafts.value.map(({ key: _, ...rule }) => rule as unknown as Rule)
  const stored = computed(() => query.data.value?.items ?? [])
  const isDirty = computed(() => JSON.stringify(rules()) !== JSON.stringify(stored.value))
  const draftOf = (rule: object) => ({ ...rule, key: ++lastKey }) as RuleDraft<Rule>
  const fill = (items: readonly Rule[]) => (drafts.value = items.map(draftOf))
  watch(
    () => query.data.value,
    (data) => data && fill(data.items),
    { immediate: true },
  )

  async function save(): Promise<void> {
    failure.value = null
    errors.value = {}
    isSaving.value = true
    try {
      const items = rules()
      cache.setQueryData([key], await replace(items))
      toast(items.length > 0 ? `已保存 ${items.length} 条规则` : none)
    } catch (error) {
      if (isProblem(error))
        errors.value = Object.fromEntries(error.errors.map(({ field, message }) => [field, message]))
      failure.value = error
    } finally {
      isSaving.value = false
    }
  }
  guardUnsaved({ isDirty: () => isDirty.value && !isSaving.value, discard: () => fill(stored.value) })
  return {
    query,
    drafts,
    failure,
    isSaving,
    isDirty,
    fill,
    save,
    add: () => void drafts.value.push(draftOf(blank)),
    remove: (at: number) => void drafts.value.splice(at, 1),
    errorOf: (at: number, field: string) => errors.value[`items.${at}.${field}`],
  }
}
