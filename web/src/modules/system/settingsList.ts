import type { RouteRecordNormalized } from 'vue-router'
import type { AnyOf } from '../../core/session'

export interface SettingsPlace {
  readonly label: string
  /** The first of its tabs that may be opened. */
  readonly path: string
  /** Everything the search finds it by. */
  readonly words: string
}
type Route = Pick<RouteRecordNormalized, 'path' | 'meta'>

/** The places of 系统设置 from the routes' own facts: only what exists and may be opened. Pages with one label are one place. */
export function placesOf(routes: readonly Route[], can: (permission: AnyOf | undefined) => boolean): SettingsPlace[] {
  const pages = routes
    .filter((route) => route.meta.settings && can(route.meta.permission))
    .sort((a, b) => a.meta.settings!.order - b.meta.settings!.order)
  const places = new Map<string, SettingsPlace>()
  for (const { path, meta } of pages) {
    const { label, words = '' } = meta.settings!
    const before = places.get(label)
    const said = [before?.words ?? label, meta.title ?? '', words].join(' ')
    places.set(label, { label, path: before?.path ?? path, words: said })
  }
  return [...places.values()]
}

/** The tabs of one place, in their order. */
export const tabsOf = (
  routes: readonly Route[],
  label: string,
  can: (permission: AnyOf | undefined) => boolean,
): { readonly path: string; readonly title: string }[] =>
  routes
    .filter((route) => route.meta.settings?.label === label && can(route.meta.permission))
    .sort((a, b) => a.meta.settings!.order - b.meta.settings!.order)
    .map(({ path, meta }) => ({ path, title: meta.title ?? path }))

/** Places whose label or words hold what was typed. */
export const found = (places: readonly SettingsPlace[], typed: string): SettingsPlace[] => {
  const text = typed.trim().toLowerCase()
  return places.filter((place) => place.words.toLowerCase().includes(text))
}
