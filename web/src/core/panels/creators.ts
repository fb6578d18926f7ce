import type { PermissionName } from '@crm/shared/permissions'
import { type Component, defineAsyncComponent } from 'vue'

/**
 * What a form can have made without being left: a customer, a product. The drawer gets `name` (what was typed) and
 * `isSingle`, says `saved` with the row, and `closed`.
 */
export interface Creator {
  readonly to: 'customer' | 'product'
  /** 新建客户 */
  readonly label: string
  readonly permission: PermissionName
  readonly load: () => Promise<{ default: Component }>
}
type Offered = Creator & { readonly component: Component }
const offered: Offered[] = []

/** Called once, by the router's table of contents. */
export function offerCreators(creators: readonly Creator[]): void {
  offered.push(...creators.map((creator) => ({ ...creator, component: defineAsyncComponent(creator.load) })))
}
/** Null for whoever may not make one. */
export const creatorOf = (
  to: Creator['to'],
  session: { readonly can: (permission: PermissionName) => boolean },
): Offered | null => offered.find((one) => one.to === to && session.can(one.permission)) ?? null
