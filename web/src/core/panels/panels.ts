import type { PermissionName } from '@crm/shared/permissions'
import { type Component, defineAsyncComponent } from 'vue'

/** What one module puts on the page of another's record; its component gets `row`, the record. */
export interface Panel {
  readonly key: string
  readonly order: number
  readonly permission: PermissionName
  readonly load: () => Promise<{ default: Component }>
}

/** The panels of one kind of page: `show` is called once, by the router's table of contents. */
export function panelsOf<P extends Panel>() {
  const shown: (P & { readonly component: Component })[] = []
  return {
    show(panels: readonly P[]): void {
      shown.push(...panels.map((panel) => ({ ...panel, component: defineAsyncComponent(panel.load) })))
      shown.sort((a, b) => a.order - b.order)
    },
    /** Those that this person may see. */
    visible: (session: { readonly can: (permission: PermissionName) => boolean }) =>
      shown.filter(({ permission }) => session.can(permission)),
  }
}
