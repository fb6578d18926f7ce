import { onScopeDispose } from 'vue'
import { confirm } from '../confirm'

interface Held {
  readonly isDirty: () => boolean
  readonly discard: () => void
}
const forms = new Set<Held>()
export const hasUnsaved = (): boolean => [...forms].some((form) => form.isDirty())

/** Holds the page while the form is dirty: the router asks, the browser asks. */
export function guardUnsaved(form: Held): void {
  forms.add(form)
  onScopeDispose(() => forms.delete(form))
}
/** True = may go on; what was typed is thrown away then: of `form`, or of all where the whole page goes. */
export async function askToLeave(form?: Pick<Held, 'discard'>): Promise<boolean> {
  const isLeaving = await confirm({
    title: '放弃未保存的内容?',
    detail: '已填写的内容还没有保存。',
    yes: '放弃内容',
    no: '继续填写',
    isDangerous: true,
  })
  if (isLeaving) for (const one of form ? [form] : forms) one.discard()
  return isLeaving
}
/** Called once by main: closing the tab asks too. */
export function guardTab(): void {
  window.addEventListener('beforeunload', (event) => {
    if (hasUnsaved()) event.preventDefault()
  })
}
