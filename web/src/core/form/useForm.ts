import { check } from '@crm/shared/formats'
import type { Shape } from '@crm/shared/kernel/schema'
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { newKey } from '../server/client'
import { forgetDraft, readDraft, writeDraft } from './draft'
import { changedKeys, type Conflict, isSame, merge, pick, type Values } from './formMerge'
import { isProblem } from '../server/problem'
import { namesIn } from '../choices/references'
import { useSession } from '../session'
import { guardUnsaved } from './unsaved'

const DRAFT_MS = 500

/** A loaded row that is edited; absent for a new one. */
export type EditedRow = { readonly id: number; readonly version: number }
export interface FormOptions {
  /** Names the draft: `customer.create`; the row's id is added by itself. */
  readonly name: string
  /** What the body may hold, in the order of the form: `customers.create.body` or a part of it. */
  readonly fields: Shape
  readonly row?: EditedRow | null
  /** Presets of a new row; not counted as typed. */
  readonly initial?: Values
  /** No draft: passwords. */
  readonly secret?: true
  /** What belongs to the value of a field and goes when another one is chosen: `{ customerId: ['contactId'] }`. */
  readonly following?: Readonly<Record<string, readonly string[]>>
}
export type Outcome<T> = { readonly state: 'saved'; readonly row: T } | { readonly state: 'unchanged' | 'refused' }
/**
 * Sends a checked body: everything for a new row, `version` and the changed fields for an edited one. `key` is the
 * idempotencyKey of a POST: the same until there was an answer.
 */
export type Send<T> = (body: never, key: string) => Promise<T>

const blank = (fields: Shape, from: Values): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, node]) => {
      const preset = from[key] ?? ('default' in node ? node.default : undefined)
      return [key, preset ?? ('many' in node && node.many ? [] : null)]
    }),
  )
const EXAMPLES: Readonly<Record<string, string>> = {
  money: '金额,例如 1,234.50',
  integer: '整数',
  quantity: '数量,例如 1.5',
  rate: '百分数,例如 13',
}
interface Misread {
  readonly field: string
  readonly message: string
}
/** Numbers that could not be read stay text: the general check would speak of 分. Null = none. */
function misread(fields: Shape, values: Values): Misread[] | null {
  const found = Object.entries(values).flatMap(([field, value]): Misread[] => {
    const node = fields[field]
    if (node?.kind === 'list' && node.of.kind === 'group' && Array.isArray(value)) {
      const { of } = node.of
      return value.flatMap((row: Values, at) =>
        (misread(of, row) ?? []).map((one) => ({ ...one, field: `${field}.${at}.${one.field}` })),
      )
    }
    const example = node && typeof value === 'string' ? EXAMPLES[node.kind] : undefined
    return example ? [{ field, message: `${node!.label}应为${example}` }] : []
  })
  return found.length > 0 ? found : null
}
const copyOf = (values: Values): Record<string, unknown> =>
  JSON.parse(JSON.stringify(values)) as Record<string, unknown>

/** A form over field facts: values, errors per field, dirty state, draft, leave guard, and saving with 409 merge. */
export function useForm({ name, fields, row = null, initial = {}, secret, following = {} }: FormOptions) {
  const userId = useSession().me?.id ?? 0
  const keys = Object.keys(fields)
  const draftName = row ? `${name}:${row.id}` : name
  const version = ref(row?.version ?? null)
  const base = shallowRef<Values>(copyOf(blank(fields, (row as Values | null) ?? initial)))
  const values = reactive<Record<string, unknown>>(copyOf(base.value))
  const errors = reactive<Record<string, string>>({})
  /** A refusal that belongs to no single field. */
  const problem = shallowRef<unknown>(null)
  const conflicts = shallowRef<readonly Conflict[]>([])
  /** The other person's row while a conflict is open. */
  const theirs = shallowRef<(EditedRow & Values) | null>(null)
  const isSaving = ref(false)
  let key = newKey()
  /** Counts refusals: the form moves the focus to the first error at each. */
  const refusals = ref(0)
  const draftAt = ref<number | null>(null)
  const changed = computed(() => changedKeys(keys, base.value, values))
  const isDirty = computed(() => changed.value.length > 0)

  const draft = secret ? null : readDraft(userId, draftName)
  if (draft) {
    draftAt.value = draft.at
    Object.assign(values, draft.values)
    // A draft of an older version keeps its base: saving meets the 409 and merges field by field.
    if (draft.version !== null && draft.version !== version.value) {
      version.value = draft.version
      base.value = { ...base.value, ...draft.base }
    }
  }
  let drafting: ReturnType<typeof setTimeout> | undefined
  watch(values, () => {
    if (secret) return
    clearTimeout(drafting)
    drafting = setTimeout(keepDraft, DRAFT_MS)
  })
  function keepDraft(): void {
    if (!isDirty.value) return forgetDraft(userId, draftName)
    writeDraft(userId, draftName, {
      version: version.value,
      base: pick(changed.value, base.value),
      values: pick(changed.value, values),
    })
  }
  function dropDraft(): void {
    clearTimeout(drafting)
    forgetDraft(userId, draftName)
    draftAt.value = null
  }
  onScopeDispose(() => {
    clearTimeout(drafting)
    if (!secret && isDirty.value) keepDraft()
  })

  /** Starts over from a row (or empty); throws away what was typed. */
  function reset(next: EditedRow | null = null): void {
    base.value = copyOf(blank(fields, next ? (next as unknown as Values) : row ? base.value : initial))
    if (next) version.value = next.version
    Object.assign(values, copyOf(base.value))
    clearErrors()
    dropDraft()
  }
  function clearErrors(): void {
    for (const key of Object.keys(errors)) delete errors[key]
    problem.value = null
  }
  function show(list: readonly { readonly field: string; readonly message: string }[]): boolean {
    for (const { field, message } of list) errors[field] ??= message
    return list.some(({ field }) => keys.includes(field.split('.')[0]!))
  }

  /** On leaving a field: says what is wrong there now, so that the end holds no surprise. */
  function checkField(key: string): void {
    // What nobody touched keeps what saving said of it.
    if (row ? isSame(base.value[key], values[key]) : isSame(values[key], null)) return
    // What stands there was said of this very value, maybe by the server: `set` takes it away. Gone on leaving, it would move what is
    // being clicked from under the pointer.
    if (errors[key]) return
    const result = check({ [key]: fields[key]! }, { [key]: values[key] })
    if (!result.ok) show(misread(fields, { [key]: values[key] }) ?? result.errors)
  }
  function set(key: string, value: unknown): void {
    const before = values[key] ?? null
    values[key] = value
    if (before !== null && !isSame(before, value)) letGo(key)
    if (!errors[key]) return
    delete errors[key]
    checkField(key)
  }

  /** Whoever goes back to the stored value of a field has what belonged to it again. */
  function letGo(key: string): void {
    const isBack = row !== null && isSame(values[key], base.value[key])
    for (const each of following[key] ?? [])
      set(each, copyOf(isBack ? { [each]: base.value[each] } : blank({ [each]: fields[each]! }, {}))[each])
  }

  function body(): Values | null {
    const typed = row ? pick(changed.value, values) : { ...values }
    const result = check(fields, typed, { partial: row !== null })
    if (!result.ok) show([...(misread(fields, typed) ?? []), ...result.errors])
    return result.ok ? (row ? { version: version.value, ...result.value } : result.value) : null
  }

  function refused(): { readonly state: 'refused' } {
    refusals.value += 1
    return { state: 'refused' }
  }

  async function submit<T>(send: Send<T>, extra: Values = {}): Promise<Outcome<T>> {
    if (isSaving.value) return { state: 'refused' }
    clearErrors()
    if (row && !isDirty.value && Object.keys(extra).length === 0) return { state: 'unchanged' }
    const checked = body()
    if (!checked) return refused()
    isSaving.value = true
    try {
      const saved = await send({ ...checked, ...extra } as never, key)
      key = newKey()
      base.value = copyOf(pick(keys, values))
      dropDraft()
      return { state: 'saved', row: saved }
    } catch (error) {
      // A refusal was an answer: the next attempt asks anew. Without one the same key makes repeating harmless.
      if (isProblem(error)) key = newKey()
      if (isProblem(error, 'stale_version') && row && error.current && absorb(error.current as EditedRow & Values)) {
        isSaving.value = false
        return submit(send, extra)
      }
      const isShown = isProblem(error, 'stale_version')
        ? conflicts.value.length > 0
        : isProblem(error) && show(error.errors)
      if (!isShown) problem.value = error
      return refused()
    } finally {
      isSaving.value = false
    }
  }

  /** Takes over what the other person saved; true = nothing contradicts, save again. */
  function absorb(current: EditedRow & Values): boolean {
    const result = merge(keys, base.value, values, current)
    theirs.value = current
    conflicts.value = result.conflicts
    if (result.conflicts.length > 0) return false
    rebase(current, result.merged)
    return true
  }
  function rebase(current: EditedRow & Values, merged: Values): void {
    base.value = copyOf(pick(keys, current))
    version.value = current.version
    Object.assign(values, copyOf(merged))
    theirs.value = null
    conflicts.value = []
  }
  /** The user's choice per conflicting field; the caller then submits again. */
  function resolve(choice: Readonly<Record<string, 'mine' | 'theirs'>>): void {
    const current = theirs.value
    if (!current) return
    const { merged } = merge(keys, base.value, values, current)
    for (const [key, side] of Object.entries(choice)) if (side === 'theirs') merged[key] = current[key]
    rebase(current, merged)
  }
  const cancelConflict = (): void => {
    conflicts.value = []
    theirs.value = null
  }

  guardUnsaved({ isDirty: () => isDirty.value && !isSaving.value, discard: () => reset() })
  return {
    fields,
    values,
    errors,
    problem,
    isDirty,
    isSaving,
    draftAt,
    conflicts,
    theirs,
    refusals,
    isNew: row === null,
    names: row ? namesIn(fields, row as unknown as Values) : {},
    set,
    checkField,
    clearErrors,
    submit,
    reset,
    resolve,
    cancelConflict,
  }
}
export type Form = ReturnType<typeof useForm>
