import type { PermissionName } from '@crm/shared/permissions'
import type { RouteLocationRaw } from 'vue-router'

/** Something the 新建 menu and the command palette offer; a module lists its own beside its routes. */
export interface Command {
  readonly label: string
  readonly permission?: PermissionName
  readonly to: RouteLocationRaw
  /** Shown in the 新建 menu too. */
  readonly isCreate?: true
  /** Shown beside it and bound everywhere. */
  readonly keys?: string
}
