export interface Place {
  readonly id: number
  readonly name: string
  readonly parentId: number | null
}
export type Branch<T> = T & { readonly depth: number }

/** Teams in the order a tree is read, each with its depth; siblings by name. A team whose parent is unknown stands at the top. */
export function treeOf<T extends Place>(teams: readonly T[]): Branch<T>[] {
  const known = new Set(teams.map(({ id }) => id))
  const seen = new Set<number>()
  const below = (parentId: number | null, depth: number): Branch<T>[] =>
    teams
      .filter((team) => !seen.has(team.id) && (parentId === null ? isTop(team) : team.parentId === parentId))
      .sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
      .flatMap((team) => {
        seen.add(team.id)
        return [{ ...team, depth }, ...below(team.id, depth + 1)]
      })
  const isTop = (team: T) => team.parentId === null || !known.has(team.parentId)
  return below(null, 0)
}

/** A team and all below it. */
export function underOf(teams: readonly Place[], id: number): Set<number> {
  const found = new Set([id])
  // The set grows while it is walked.
  for (const at of found) for (const team of teams) if (team.parentId === at) found.add(team.id)
  return found
}

/** '华东 / 华东一组'. */
export function pathOf(teams: readonly Place[], id: number): string {
  const names: string[] = []
  const walked = new Set<number>()
  for (let at = teams.find((team) => team.id === id); at && !walked.has(at.id);) {
    names.unshift(at.name)
    walked.add(at.id)
    const { parentId } = at
    at = teams.find((team) => team.id === parentId)
  }
  return names.join(' / ')
}
