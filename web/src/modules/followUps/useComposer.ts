import { documents } from '@crm/shared/contract/documents'
import { interactions as api, type SavedInteraction } from '@crm/shared/contract/interactions'
import { computed, nextTick, ref, watch } from 'vue'
import { call, newKey } from '../../core/server/client'
import { forgetDraft, readDraft, writeDraft } from '../../core/form/draft'
import { isProblem } from '../../core/server/problem'
import { useSession } from '../../core/session'
import { toast } from '../../core/toast'
import { useUploads } from '../../core/files/uploads'
import { useForm } from '../../core/form/useForm'
import { usePreference } from '../../core/usePreference'
import { aheadText, dueOf, type NextChoice, nextChoices } from './nextDates'
import { useRefreshFollowUps } from './useRefresh'

/** One follow-up being written: text, kind, next date, contact, result, files; saved together, and taken back by 撤销. */
export function useComposer(customerId: number, { preset }: { preset?: string | undefined } = {}) {
  const session = useSession()
  const refresh = useRefreshFollowUps()
  const { contactId, result, text } = api.create.body!
  const form = useForm({
    name: `interaction.new.${customerId}`,
    fields: { text: text!, result: result!, contactId: contactId! },
  })
  const files = useUploads()
  const last = usePreference('followUpKind', 'call')
  const kind = ref(preset ?? last.value)
  const next = ref<NextChoice>('none')
  /** As a date field writes it: 2026-11-25T09:00. */
  const custom = ref('')
  const nextProblem = ref('')
  watch([next, custom], () => (nextProblem.value = ''))
  // The form keeps what was typed; the choices around it survive a reload with it.
  const userId = session.me?.id ?? 0
  const draftName = `interaction.new.${customerId}.choices`
  const kept = readDraft(userId, draftName)?.values
  if (kept) {
    if (typeof kept['kind'] === 'string' && preset === undefined) kind.value = kept['kind']
    if (typeof kept['next'] === 'string' && kept['next'] in nextChoices) next.value = kept['next'] as NextChoice
    if (typeof kept['custom'] === 'string') custom.value = kept['custom']
    if (Array.isArray(kept['documentIds'])) void bringBack(kept['documentIds'] as number[])
  }
  /** Files that were sent already wait on the server for a day. */
  async function bringBack(ids: readonly number[]): Promise<void> {
    const asked = ids.map((id) => call(documents.get, { params: { id } }).catch(() => null))
    const rows = (await Promise.all(asked)).flatMap((row) => (row && row.subjectType === null ? [row] : []))
    files.take(rows)
    if (rows.length < ids.length) toast(`有 ${ids.length - rows.length} 个附件已过期,请重新上传`)
  }
  watch([kind, next, custom, files.documentIds], () =>
    writeDraft(userId, draftName, {
      version: null,
      base: {},
      values: { kind: kind.value, next: next.value, custom: custom.value, documentIds: files.documentIds.value },
    }),
  )
  const isEmpty = computed(() => !form.isDirty.value && files.items.value.length === 0)

  let key = newKey()
  async function send(body: never): Promise<SavedInteraction> {
    try {
      return await call(api.create, { body }, { idempotencyKey: key })
    } catch (error) {
      if (isProblem(error)) key = newKey()
      throw error
    }
  }
  async function undo({ interaction }: SavedInteraction): Promise<void> {
    try {
      await call(api.remove, { params: { id: interaction.id }, query: { version: interaction.version } })
      toast('已撤销这条跟进')
    } catch (error) {
      toast(isProblem(error, 'stale_version') ? '没有撤销:这条跟进已被修改' : '没有撤销,请在时间线里删除')
    }
    await refresh(customerId)
  }

  /** True when it was saved. */
  async function save(): Promise<boolean> {
    if (files.busy.value) return false
    const now = new Date().toISOString()
    const dueAt = dueOf(next.value, custom.value, now, session.zone)
    nextProblem.value = next.value === 'custom' && (!dueAt || dueAt <= now) ? '请选择以后的日期和时间' : ''
    if (nextProblem.value) return false
    const extra = {
      customerId,
      kind: kind.value,
      ...(dueAt && { remind: { dueAt } }),
      ...(files.documentIds.value.length > 0 && { documentIds: files.documentIds.value }),
    }
    const outcome = await form.submit<SavedInteraction>(send, extra)
    if (outcome.state !== 'saved') return false
    key = newKey()
    last.value = kind.value
    form.reset()
    files.clear()
    next.value = 'none'
    custom.value = ''
    await nextTick()
    forgetDraft(userId, draftName)
    const { reminder } = outcome.row
    toast(reminder ? `已保存,${aheadText(reminder.dueAt, now, session.zone)} 提醒` : '已保存跟进', {
      label: '撤销',
      run: () => void undo(outcome.row),
    })
    await refresh(customerId)
    return true
  }
  return { form, files, kind, next, custom, nextProblem, isEmpty, save }
}
