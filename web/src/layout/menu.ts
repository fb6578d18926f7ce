import type { RouteRecordNormalized } from 'vue-router'
import type { AnyOf } from '../core/session'

export interface MenuItem {
  readonly path: string
  readonly title: string
  readonly icon: string
  readonly keys?: string
  readonly isInBar?: false
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
    const { group = '', icon, isInBar, keys } = meta.menu!
    const item = {
      path,
      title: meta.title ?? path,
      icon,
      ...(keys ? { keys } : {}),
      ...(isInBar === false && { isInBar }),
    }
    groups.set(group, [...(groups.get(group) ?? []), item])
  }
  return [...groups].map(([label, list]) => ({ label, items: list }))
}
