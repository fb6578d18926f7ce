export type Values = Readonly<Record<string, unknown>>

/** Empty is one thing in a form, whether null, '' or absent. */
const plain = (value: unknown): unknown => (value === '' || value === undefined ? null : value)

export function isSame(a: unknown, b: unknown): boolean {
  const [left, right] = [plain(a), plain(b)]
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) && Array.isArray(right)) {
    // Lists of ids and options are sets: the order they were picked in says nothing.
    if (left.length !== right.length) return false
    if (left.every((item) => typeof item !== 'object')) return left.every((item) => right.includes(item))
    return left.every((item, at) => isSame(item, right[at]))
  }
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) => isSame((left as Values)[key], (right as Values)[key]))
}

/** The keys whose value differs. */
export const changedKeys = (keys: readonly string[], base: Values, mine: Values): string[] =>
  keys.filter((key) => !isSame(base[key], mine[key]))
export const pick = (keys: readonly string[], from: Values): Record<string, unknown> =>
  Object.fromEntries(keys.map((key) => [key, from[key]]))

export interface Conflict {
  readonly key: string
  readonly base: unknown
  readonly mine: unknown
  readonly theirs: unknown
}
/**
 * Three-way merge of a form over a row that somebody else saved meanwhile: a field only one side changed takes that
 * side, a field both changed differently is a conflict (and stays mine until the user chooses).
 */
export function merge(
  keys: readonly string[],
  base: Values,
  mine: Values,
  theirs: Values,
): { merged: Record<string, unknown>; conflicts: Conflict[] } {
  const merged: Record<string, unknown> = {}
  const conflicts: Conflict[] = []
  for (const key of keys) {
    const isMine = !isSame(base[key], mine[key])
    const isTheirs = !isSame(base[key], theirs[key])
    merged[key] = isMine ? mine[key] : theirs[key]
    if (isMine && isTheirs && !isSame(mine[key], theirs[key]))
      conflicts.push({ key, base: base[key], mine: mine[key], theirs: theirs[key] })
  }
  return { merged, conflicts }
}
