import type { Delivery, DeliveryDetail } from '@crm/shared/contract/deliveries'
import { delivery as entity, deliveryLine } from '@crm/shared/entities/delivery'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { linesOf } from '../../../core/rows/lines.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { named, ofOwners } from '../../customers/service.ts'

export const deliveries = crud(entity)
export const deliveryLines = linesOf(deliveryLine, 'deliveryId', entity)

export const listDeliveries = (
  db: Read | Tx,
  actor: Actor,
  { customerOwnerId, teamOfCustomer, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Delivery>> =>
  deliveries.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofOwners(entity, { customerOwnerId, teamOfCustomer }),
      ...named(entity, ['number', 'trackingNumber'], query.q),
    ],
  })

/** With its lines and what the order says of their goods, for an actor who was let to it. */
export async function detailOf(db: Read | Tx, actor: Actor, row: Delivery): Promise<DeliveryDetail> {
  const lines = await deliveryLines.show(db, actor, row.id)
  const goods = await (db as Read)
    .selectFrom('orderLines') // unscoped: of the order of a delivery the actor was let to
    .select(['id', 'spec', 'unit'])
    .where(
      inIds(
        db,
        'id',
        lines.map((line) => line.orderLineId),
      ),
    )
    .execute()
  const byId = new Map(goods.map((good) => [good.id, good]))
  return {
    ...row,
    lines: lines.map((line) => {
      const { spec = null, unit = null } = byId.get(line.orderLineId) ?? {}
      return { ...line, spec, unit }
    }),
  }
}

export const findDelivery = async (db: Read | Tx, actor: Actor, id: number): Promise<DeliveryDetail> =>
  detailOf(db, actor, await deliveries.find(db, actor, id))
