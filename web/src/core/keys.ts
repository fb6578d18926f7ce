/** Keyboard shortcuts by physical key (ux §2.10): `N`, `G C`, `Ctrl+K`, `Alt+1`, `/`, `?`, `[`. */
export interface Shortcut {
  readonly keys: string
  /** For the help page; absent = not listed. */
  readonly label?: string
  readonly run: (event: KeyboardEvent) => void
}
export interface KeyLike {
  readonly key?: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}
const CODES: Readonly<Record<string, string>> = {
  '/': 'Slash',
  '[': 'BracketLeft',
  ']': 'BracketRight',
  '↑': 'ArrowUp',
  '↓': 'ArrowDown',
}
const SEQUENCE_MS = 1200

/** One stroke in canonical form: `ctrl+KeyK`, `shift+Slash`, `KeyN`. */
export const strokeOf = ({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyLike): string =>
  // Where ? is typed differs between keyboards; the letter itself does not.
  key === '?'
    ? 'shift+Slash'
    : (ctrlKey || metaKey ? 'ctrl+' : '') + (altKey ? 'alt+' : '') + (shiftKey ? 'shift+' : '') + code

/** 'G C' -> ['KeyG', 'KeyC']; 'Ctrl+K' -> ['ctrl+KeyK']. */
export const strokesOf = (keys: string): string[] =>
  keys.split(' ').map((part) => {
    if (part === '?') return 'shift+Slash'
    const pieces = part.split('+')
    const last = pieces.pop()!
    const code = CODES[last] ?? (/^[A-Z]$/.test(last) ? `Key${last}` : /^\d$/.test(last) ? `Digit${last}` : last)
    const has = (name: string) => pieces.some((piece) => piece.toLowerCase() === name)
    return (has('ctrl') ? 'ctrl+' : '') + (has('alt') ? 'alt+' : '') + (has('shift') ? 'shift+' : '') + code
  })

/** A stroke that cannot be part of typing, so it works inside fields too. */
const isCommand = (stroke: string) => /^(ctrl|alt)\+/.test(stroke)

/**
 * Follows strokes and names the shortcut that is complete. Later registrations win (a page over the shell);
 * single letters are ignored while a field is edited; `g c` must follow within 1.2 s.
 */
export function keyMatcher() {
  let begun: string[] = []
  let lastMs = 0
  return (
    stroke: string,
    shortcuts: readonly Shortcut[],
    { isEditing, nowMs }: { isEditing: boolean; nowMs: number },
  ): Shortcut | null => {
    if (isEditing && !isCommand(stroke)) {
      begun = []
      return null
    }
    if (nowMs - lastMs > SEQUENCE_MS) begun = []
    lastMs = nowMs
    for (const typed of begun.length > 0 ? [[...begun, stroke], [stroke]] : [[stroke]]) {
      const fitting = shortcuts.filter(({ keys }) => strokesOf(keys).slice(0, typed.length).join() === typed.join())
      if (fitting.length === 0) continue
      const complete = fitting.reverse().find(({ keys }) => strokesOf(keys).length === typed.length)
      begun = complete ? [] : typed
      return complete ?? null
    }
    begun = []
    return null
  }
}
