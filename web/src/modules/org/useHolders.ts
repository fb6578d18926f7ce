import { users } from '@crm/shared/contract/org'
import type { user } from '@crm/shared/entities/user'
import type { RowOf } from '@crm/shared/kernel/entity'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { allRows } from '../../core/server/allRows'
import { useSession } from '../../core/session'

type User = RowOf<typeof user>

/** Who holds which role; null where the reader may not see operators. */
export function useHolders() {
  const isSeen = useSession().can('user.read')
  const query = useQuery({
    key: ['org', 'holders'],
    query: ({ signal }) => allRows<User>(users.list, { sort: 'name' }, signal),
    enabled: isSeen,
  })
  const byRole = computed(() => {
    if (!query.data.value) return null
    const found = new Map<number, User[]>()
    for (const one of query.data.value) for (const id of one.roleIds) found.set(id, [...(found.get(id) ?? []), one])
    return found
  })
  /** Null until known. */
  const holdersOf = (roleId: number): readonly User[] | null => (byRole.value ? (byRole.value.get(roleId) ?? []) : null)
  return { holdersOf }
}
