import { type Reminder, reminders, type Snooze, snoozes } from '@crm/shared/contract/reminders'
import { ref, shallowRef } from 'vue'
import { call } from '../../core/server/client'
import { instantText } from '../../core/display/display'
import { useSession } from '../../core/session'
import { toast } from '../../core/toast'
import { useRefreshReminders } from './useRefreshReminders'

/** What the menu of a reminder offers besides 完成. */
export const snoozeItems = Object.entries(snoozes).map(([key, label]) => ({ key, label: `推迟到${label}` }))

/** Completing, putting off, deleting, each with a way back; what failed is kept for the page to show. */
export function useReminderActions() {
  const session = useSession()
  const refresh = useRefreshReminders()
  const failure = shallowRef<unknown>(null)
  const edited = shallowRef<Reminder | null>(null)
  /** Its button waits while the server is asked. */
  const busyId = ref<number | null>(null)

  async function attempt<T>(id: number, work: () => Promise<T>): Promise<T | null> {
    if (busyId.value !== null) return null
    busyId.value = id
    failure.value = null
    try {
      const done = await work()
      await refresh()
      return done
    } catch (error) {
      failure.value = error
      return null
    } finally {
      busyId.value = null
    }
  }
  const reopen = ({ id }: Reminder) => attempt(id, () => call(reminders.reopen, { params: { id } }))
  async function complete(row: Reminder): Promise<void> {
    const done = await attempt(row.id, () => call(reminders.done, { params: { id: row.id } }))
    if (done) toast(`已完成“${row.title}”`, { label: '撤销', run: () => void reopen(row) })
  }
  async function snooze(row: Reminder, preset: Snooze): Promise<void> {
    const later = await attempt(row.id, () => call(reminders.snooze, { params: { id: row.id }, body: { preset } }))
    if (!later) return
    const undo = () =>
      attempt(row.id, () =>
        call(reminders.update, { params: { id: row.id }, body: { version: later.version, dueAt: row.dueAt } }),
      )
    const at = instantText(later.dueAt, new Date().toISOString(), session.zone)
    toast(`“${row.title}”推迟到 ${at}`, { label: '撤销', run: () => void undo() })
  }
  async function remove(row: Reminder): Promise<void> {
    const { id, version } = row
    const gone = await attempt(id, async () => {
      await call(reminders.remove, { params: { id }, query: { version } })
      return true
    })
    if (gone)
      toast(`已删除“${row.title}”`, {
        label: '撤销',
        run: () => void attempt(id, () => call(reminders.restore, { params: { id } })),
      })
  }
  const canRemove = session.can('reminder.delete')
  const canUpdate = session.can('reminder.update')
  const menuOf = (row: Reminder) => [
    ...(canUpdate && !row.doneAt ? snoozeItems : []),
    ...(canUpdate ? [{ key: 'edit', label: '修改', divided: !row.doneAt }] : []),
    ...(canUpdate && row.doneAt ? [{ key: 'reopen', label: '撤销完成' }] : []),
    ...(canRemove ? [{ key: 'remove', label: '删除' }] : []),
  ]
  function run(key: string, row: Reminder): void {
    if (key === 'edit') edited.value = row
    else if (key === 'remove') void remove(row)
    else if (key === 'reopen') void reopen(row)
    else void snooze(row, key as Snooze)
  }
  return { failure, edited, busyId, canUpdate, complete, reopen, snooze, remove, menuOf, run }
}
export type ReminderActions = ReturnType<typeof useReminderActions>
