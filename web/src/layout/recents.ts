import { usePreference } from '../core/usePreference'

export interface Recent {
  readonly to: string
  readonly title: string
  readonly note: string
}
const KEPT = 10
/** What was opened last from the search, newest first. */
export function useRecents() {
  const recents = usePreference<Recent[]>('recents', [])
  const remember = (recent: Recent) =>
    void (recents.value = [recent, ...recents.value.filter((one) => one.to !== recent.to)].slice(0, KEPT))
  return { recents, remember }
}
