import { shallowReactive } from 'vue'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
}
const SHOWN_MS = 4000
/** Long enough to read, decide and reach the button. */
const WITH_ACTION_MS = 8000

let lastId = 0
export const toasts = shallowReactive<Toast[]>([])

/** Says what happened when the screen itself does not show it. Errors belong at their place, not here. */
export function toast(text: string, action?: Toast['action']): void {
  const id = ++lastId
  toasts.push({ id, text, ...(action ? { action } : {}) })
  setTimeout(() => dropToast(id), action ? WITH_ACTION_MS : SHOWN_MS)
}
export function dropToast(id: number): void {
  const at = toasts.findIndex((one) => one.id === id)
  if (at >= 0) toasts.splice(at, 1)
}
