/** Unsaved form content in localStorage: `crm:draft:<user>:<form>`, 7 days, gone at sign-out (ux U20). */
const PREFIX = 'crm:draft:'
const KEEP_MS = 7 * 86_400_000

export interface Draft {
  readonly at: number
  /** The row's version the typing started from; null for a new one. */
  readonly version: number | null
  readonly base: Readonly<Record<string, unknown>>
  readonly values: Readonly<Record<string, unknown>>
}
const keyOf = (userId: number, form: string) => `${PREFIX}${userId}:${form}`

/** Null when there is none, it is too old or unreadable. */
export function parseDraft(text: string | null, nowMs: number): Draft | null {
  if (text === null) return null
  try {
    const draft = JSON.parse(text) as Draft
    return typeof draft.at === 'number' && nowMs - draft.at <= KEEP_MS ? draft : null
  } catch {
    return null
  }
}

export function readDraft(userId: number, form: string): Draft | null {
  const draft = parseDraft(safely(() => localStorage.getItem(keyOf(userId, form))) ?? null, Date.now())
  if (!draft) forgetDraft(userId, form)
  return draft
}
export const writeDraft = (userId: number, form: string, draft: Omit<Draft, 'at'>): void =>
  void safely(() => localStorage.setItem(keyOf(userId, form), JSON.stringify({ ...draft, at: Date.now() })))
export const forgetDraft = (userId: number, form: string): void =>
  void safely(() => localStorage.removeItem(keyOf(userId, form)))
export function forgetDrafts(userId: number): void {
  safely(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(`${PREFIX}${userId}:`)) localStorage.removeItem(key)
  })
}

/** Storage may be full or refused: a draft is a convenience, never a reason to fail. */
function safely<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
