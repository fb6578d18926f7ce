import type { PermissionName } from '@crm/shared/permissions'
import { computed, type ComputedRef } from 'vue'
import { useSession } from './session'

/** Whether to show what needs this permission. */
export function useCan(permission: PermissionName): ComputedRef<boolean> {
  const session = useSession()
  return computed(() => session.can(permission))
}
