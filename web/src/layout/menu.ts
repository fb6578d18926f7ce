import type { RouteRecordNormalized } from 'vue-router'
import type { AnyOf } from '../core/session'

export interface MenuItem {
  readonly path: string
  readonly title: string
  readonly icon: string
  readonly keys?: string
  readonly bar?: number
}
export interface MenuGroup {
  readonly label: string
  readonly items: readonly MenuItem[]
}

/** The left menu from the routes' own facts: what the user may not open is not there. */
export function menuOf(
  routes: readonly Pick<RouteRecordNormalized, 'path' | 'meta'>[],
  can: (permission: AnyOf | undefined) => boolean,
): MenuGroup[] {
  const items = routes
    .filter((route) => route.meta.menu && can(route.meta.permission))
    .sort((a, b) => a.meta.menu!.order - b.meta.menu!.order)
  const groups = new Map<string, MenuItem[]>()
  for (const { path, meta } of items) {
    const { bar, group = '', icon, keys } = meta.menu!
    const item = {
      path,
      title: meta.title ?? path,
      icon,
      ...(keys ? { keys } : {}),
      ...(bar ? { bar } : {}),
    }
    groups.set(group, [...(groups.get(group) ?? []), item])
  }
  return [...groups].map(([label, list]) => ({ label, items: list }))
}

/** The few of the phone's bottom bar: those with a place there, in its order, then the first of the menu. */
export function barOf(groups: readonly MenuGroup[], most: number): MenuItem[] {
  const items = groups.flatMap((group) => group.items)
  const placed = items.filter(({ bar }) => bar !== undefined).sort((a, b) => a.bar! - b.bar!)
  return [...placed, ...items.filter(({ bar }) => bar === undefined)].slice(0, most)
}
