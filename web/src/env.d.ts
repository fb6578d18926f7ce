/// <reference types="vite/client" />
import 'vue-router'
import type { AnyOf } from './core/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Title of the tab and, with `menu`, label in the menu. */
    title?: string
    /** Held by whoever may open the page (any one of several); absent = any signed-in user. */
    permission?: AnyOf
    /** Opens without signing in. */
    public?: boolean
    /** Fills the window, without menu and header: what is printed. */
    bare?: true
    /** Place in the left menu; absent = not in the menu. `bar`: among the few of the phone's bottom bar. */
    menu?: {
      readonly group?: string
      readonly icon: string
      readonly order: number
      readonly keys?: string
      readonly bar?: number
    }
    /** Place among the pages of one area, tabs of each other's headings (AreaTabs): 订单 | 报价 | 交货. */
    area?: { readonly name: string; readonly label: string; readonly order: number }
    /** The menu item that stays marked on a page that has none of its own. */
    menuOf?: string
    /** Place in the list of 系统设置; pages with one label are tabs of one place. `words` are found by its search too. */
    settings?: { readonly label: string; readonly order: number; readonly words?: string }
    /** The place in 系统设置 that stays marked on a page that has none of its own. */
    settingsOf?: string
  }
}
