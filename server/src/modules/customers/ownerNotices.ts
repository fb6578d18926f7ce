import type { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../core/access/actor.ts'
import { tell } from '../../core/jobs/notices.ts'
import type { Tx } from '../../db/store.ts'

type Handed = Pick<RowOf<typeof customer>, 'id' | 'name' | 'ownerId' | 'ownerName'>

/** Tells the new owner and the old one, unless it was them who did it. Bulk work tells in its own words. */
export async function tellOwners(tx: Tx, actor: Actor, row: Handed, formerId: number | null): Promise<void> {
  if (actor.via === 'import' || actor.via === 'job' || actor.inBulk) return
  const kind = 'assigned'
  const others = (id: number | null) => (id === null || id === actor.id ? [] : [id])
  await tell(tx, actor.at, {
    kind,
    userIds: others(row.ownerId),
    title: `客户转给你了:${row.name}`,
    body: `${actor.name} 转交`,
    link: `/customers/${row.id}`,
    customerId: row.id,
  })
  // No link: whoever gave it away may not see it any more.
  await tell(tx, actor.at, {
    kind,
    userIds: others(formerId),
    title: `你的客户已转走:${row.name}`,
    body: `${actor.name} 转给了 ${row.ownerName ?? '公海'}`,
    customerId: row.id,
  })
}
