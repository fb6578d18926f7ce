export interface Placed {
  readonly id: number
  readonly position: number
}
const STEP = 10

/** Moves one item a place up or down: the new order, and only the items whose number must change for it. */
export function moved<Item extends Placed>(
  items: readonly Item[],
  id: number,
  by: -1 | 1,
): {
  readonly order: readonly Item[]
  readonly changes: readonly { readonly item: Item; readonly position: number }[]
} {
  const order = [...items]
  const at = order.findIndex((item) => item.id === id)
  const to = at + by
  if (at < 0 || to < 0 || to >= order.length) return { order: items, changes: [] }
  ;[order[at], order[to]] = [order[to]!, order[at]!]
  const [one, other] = [items[at]!, items[to]!]
  // Two different numbers are simply exchanged; equal ones (added one after the other) need new numbers all over.
  const positionOf =
    one.position === other.position
      ? (_: Item, index: number) => (index + 1) * STEP
      : (item: Item) => (item === one ? other.position : item === other ? one.position : item.position)
  const changes = order
    .map((item, index) => ({ item, position: positionOf(item, index) }))
    .filter(({ item, position }) => position !== item.position)
  return { order, changes }
}

/** Where a new item goes: after the last. */
export const nextPosition = (items: readonly Placed[]): number =>
  Math.max(0, ...items.map((item) => item.position)) + STEP
