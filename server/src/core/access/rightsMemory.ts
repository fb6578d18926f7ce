import type { Rights } from './actor.ts'

/** Rights of a user, remembered while no user, role or team has changed anywhere. */
export function rightsMemory(load: (userId: number) => Promise<Rights | null>) {
  let version = -1
  let known = new Map<number, Rights>()
  return async (userId: number, n: number): Promise<Rights | null> => {
    if (n !== version) {
      version = n
      known = new Map()
    }
    const found = known.get(userId)
    if (found) return found
    // Loaded after `n` was read, so never older than it; kept in the map of that moment, which a newer `n` has thrown away.
    const place = known
    const rights = await load(userId)
    if (rights) place.set(userId, rights)
    return rights
  }
}
