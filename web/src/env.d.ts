/// <reference types="vite/client" />
import 'vue-router'
import type { PermissionName } from '@crm/shared/permissions'

declare module 'vue-router' {
  interface RouteMeta {
    /** Title of the tab and, with `menu`, label in the menu. */
    title?: string
    /** Held by whoever may open the page; absent = any signed-in user. */
    permission?: PermissionName
    /** Opens without signing in. */
    public?: boolean
    /** Place in the left menu; absent = not in the menu. */
    menu?: { readonly group?: string; readonly icon: string; readonly order: number; readonly keys?: string }
    /** The menu item that stays marked on a page that has none of its own. */
    menuOf?: string
  }
}
