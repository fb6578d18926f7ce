import { onScopeDispose, shallowReactive } from 'vue'
import { keyMatcher, type Shortcut, strokeOf } from './keys'
import { usePreference } from './usePreference'

const registered = shallowReactive<Shortcut[]>([])
export const shortcuts: readonly Shortcut[] = registered

/** Shortcuts that live as long as the calling component. */
export function useKeys(added: readonly Shortcut[]): void {
  registered.push(...added)
  onScopeDispose(() => {
    for (const one of added) registered.splice(registered.indexOf(one), 1)
  })
}
/** Single letters can be switched off (WCAG 2.1.4); Ctrl+K and the like stay. */
export const useLetterKeys = () => usePreference('letterKeys', true)

const EDITABLE =
  'input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true]'
export const isEditable = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(EDITABLE) !== null

/** Called once by the shell. Nothing fires while an input method composes. */
export function listenForKeys(): void {
  const match = keyMatcher()
  const isOn = useLetterKeys()
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.repeat) return
    if (/^(Shift|Control|Alt|Meta)/.test(event.code)) return
    // Behind an open dialog the page is not there.
    const isModal = [...document.querySelectorAll('[role=dialog][aria-modal=true]')].some(
      (box) => box.getClientRects().length > 0,
    )
    const isEditing = isEditable(event.target) || !isOn.value || isModal
    const found = match(strokeOf(event), registered, { isEditing, nowMs: event.timeStamp })
    if (!found || isModal) return
    event.preventDefault()
    found.run(event)
  }
  window.addEventListener('keydown', onKey)
  onScopeDispose(() => window.removeEventListener('keydown', onKey))
}
