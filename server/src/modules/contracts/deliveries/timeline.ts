import { quantityText } from '@crm/shared/rules/deliveries'
import { newest, recordsOf, timelineSource } from '../../../core/rows/timeline.ts'
import { inIds } from '../../../db/dialect.ts'

const MOST_NAMED = 5

/** Goods that went out and came back, with what they were. */
export const deliveriesOfCustomer = timelineSource({
  name: 'delivery',
  kind: 'delivery',
  permission: 'delivery.read',
  async rows(read, _actor, customerId, ask) {
    const rows = await read
      .selectFrom('deliveries') // unscoped: of a customer the reader was let to
      .innerJoin('orders', 'orders.id', 'deliveries.orderId')
      .leftJoin('users', 'users.id', 'deliveries.delivererId')
      .select(['deliveries.id', 'deliveries.number', 'deliveries.createdAt', 'deliveries.kind', 'deliveries.state'])
      .select(['deliveries.deliveredOn', 'deliveries.voidReason', 'orders.number as orderNumber'])
      .select('users.name as delivererName')
      .$call(recordsOf('deliveries', customerId))
      .$call(newest('deliveries', 'createdAt', ask))
      .execute()
    const lines = await read
      .selectFrom('deliveryLines') // unscoped: of deliveries of that customer
      .innerJoin('orderLines', 'orderLines.id', 'deliveryLines.orderLineId')
      .select(['deliveryLines.deliveryId', 'deliveryLines.name', 'deliveryLines.qtyMilli', 'orderLines.unit'])
      .where(
        inIds(
          read,
          'deliveryLines.deliveryId',
          rows.map(({ id }) => id),
        ),
      )
      .orderBy('deliveryLines.id')
      .execute()
    return rows.map((row) => ({ ...row, lines: lines.filter(({ deliveryId }) => deliveryId === row.id) }))
  },
  tell: ({ lines: own, ...row }) => {
    const goods = own
      .slice(0, MOST_NAMED)
      .map((line) => `${line.name} ${quantityText(line.qtyMilli)}${line.unit ?? ''}`)
    const more = own.length > MOST_NAMED ? ` 等 ${own.length} 行` : ''
    const voided = row.state === 'void' ? `\n已作废:${row.voidReason ?? ''}` : ''
    return {
      at: row.createdAt,
      actorName: row.delivererName,
      title: `${row.kind === 'return' ? '退货' : '交货'} ${row.number}(订单 ${row.orderNumber},${row.deliveredOn})`,
      text: `${goods.join('、')}${more}${voided}`,
    }
  },
})
