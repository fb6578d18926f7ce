export interface Place {
  readonly id: number
  readonly name: string
  readonly parentId: number | null
}
export type Branch<T> = T & { readonly depth: number }

/** Rows (teams, categories) in the order a tree is read, each with its depth; siblings by name. One whose parent is unknown stands at the top. */
export function treeOf<T extends Place>(rows: readonly T[]): Branch<T>[] {
  const known = new Set(rows.map(({ id }) => id))
  const seen = new Set<number>()
  const below = (parentId: number | null, depth: number): Branch<T>[] =>
    rows
      .filter((row) => !seen.has(row.id) && (parentId === null ? isTop(row) : row.parentId === parentId))
      .sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
      .flatMap((row) => {
        seen.add(row.id)
        return [{ ...row, depth }, ...below(row.id, depth + 1)]
      })
  const isTop = (row: T) => row.parentId === null || !known.has(row.parentId)
  return below(null, 0)
}

/** A row and all below it. */
export function underOf(rows: readonly Place[], id: number): Set<number> {
  const found = new Set([id])
  // The set grows while it is walked.
  for (const at of found) for (const row of rows) if (row.parentId === at) found.add(row.id)
  return found
}

/** What `own` may hang below, called by its path: never itself. */
export function parentsOf(rows: readonly Place[], own: Place | null): { value: number; label: string }[] {
  const under = own ? underOf(rows, own.id) : new Set<number>()
  return treeOf(rows).flatMap(({ id }) => (under.has(id) ? [] : [{ value: id, label: pathOf(rows, id) }]))
}

/** '华东 / 华东一组'. */
export function pathOf(rows: readonly Place[], id: number): string {
  const names: string[] = []
  const walked = new Set<number>()
  for (let at = rows.find((row) => row.id === id); at && !walked.has(at.id);) {
    names.unshift(at.name)
    walked.add(at.id)
    const { parentId } = at
    at = rows.find((row) => row.id === parentId)
  }
  return names.join(' / ')
}
