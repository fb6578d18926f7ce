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

interface Had {
  readonly name: string
  readonly ownerId: number | null
}
const others = (actor: Actor, row: Handed, had: readonly Had[]) =>
  had.filter(({ ownerId }) => ownerId !== null && ownerId !== row.ownerId && ownerId !== actor.id)

/** 合并: whoever had one of the two and has it no more hears where it went. */
export async function tellMerged(tx: Tx, actor: Actor, row: Handed, had: readonly Had[]): Promise<void> {
  for (const { name, ownerId } of others(actor, row, had))
    await tell(tx, actor.at, {
      kind: 'assigned',
      userIds: [ownerId!],
      title: `你的客户已合并:${name}`,
      body: `${actor.name} 合并到 ${row.name}(负责人 ${row.ownerName ?? '无'})`,
      customerId: row.id,
    })
}

/** 撤销合并: whoever has one of the two again, which was the survivor's owner's meanwhile. */
export async function tellUnmerged(
  tx: Tx,
  actor: Actor,
  heldBy: number | null,
  rows: readonly Handed[],
): Promise<void> {
  for (const { id, name, ownerId } of rows)
    if (ownerId !== null && ownerId !== heldBy && ownerId !== actor.id)
      await tell(tx, actor.at, {
        kind: 'assigned',
        userIds: [ownerId],
        title: `合并已撤销,客户又归你:${name}`,
        body: `${actor.name} 撤销`,
        link: `/customers/${id}`,
        customerId: id,
      })
}
