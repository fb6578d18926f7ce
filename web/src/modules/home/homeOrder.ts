/** What a user made of the blocks: the keys he moved, in his order, and those he does not want to see. */
export interface HomeLayout {
  readonly order: readonly string[]
  readonly hidden: readonly string[]
}
export const NO_LAYOUT: HomeLayout = { order: [], hidden: [] }

/** The user's order; what he never moved (a new block, or one that was empty until now) keeps its place among its neighbours. */
export function inOrder<T extends { readonly key: string }>(blocks: readonly T[], order: readonly string[]): T[] {
  const placed: T[] = []
  for (const block of blocks) {
    const rank = order.indexOf(block.key)
    const before = rank < 0 ? -1 : placed.findIndex((one) => order.indexOf(one.key) > rank)
    if (before < 0) placed.push(block)
    else placed.splice(before, 0, block)
  }
  return placed
}

/** The keys with one of them a place further up (-1) or down (1). */
export function moved(keys: readonly string[], key: string, by: -1 | 1): string[] {
  const at = keys.indexOf(key)
  const to = at + by
  if (at < 0 || to < 0 || to >= keys.length) return [...keys]
  const next = [...keys]
  next.splice(at, 1)
  next.splice(to, 0, key)
  return next
}
