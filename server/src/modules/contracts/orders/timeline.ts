import { formatYuan } from '@crm/shared/money'
import { olderThan, type TimelineSource } from '../../../core/timeline.ts'

/** What of an order the customer would know of too. */
const steps = {
  submit: '下单',
  approve: '下单',
  void: '作废订单',
  close: '关闭订单',
  reopen: '重新打开订单',
} as const
const isCounted = (action: string): action is keyof typeof steps => Object.hasOwn(steps, action)

/** Orders of the customer as they were confirmed, closed, voided; by the audit log, which knows when and who. */
export const ordersOfCustomer: TimelineSource = {
  name: 'order',
  kinds: ['order'],
  permission: 'order.read',
  async entries(read, _actor, customerId, { before, size }) {
    const rows = await read
      .selectFrom('orders') // unscoped: of a customer the reader was let to
      .innerJoin('auditLog', (join) =>
        join.onRef('auditLog.recordId', '=', 'orders.id').on('auditLog.entity', '=', 'order'),
      )
      .select(['auditLog.id', 'auditLog.at', 'auditLog.actorName', 'auditLog.action'])
      .select(['orders.id as orderId', 'orders.number', 'orders.amountFen', 'orders.voidReason'])
      .where('orders.customerId', '=', customerId)
      .where('orders.deletedAt', 'is', null)
      .where('auditLog.action', 'in', Object.keys(steps))
      // Handed in for approval is not ordered yet.
      .where((eb) =>
        eb.or([eb('auditLog.action', '!=', 'submit'), eb('auditLog.after', 'like', '%"state":"confirmed"%')]),
      )
      .where(olderThan('auditLog.at', 'auditLog.id', before))
      .orderBy('auditLog.at', 'desc')
      .orderBy('auditLog.id', 'desc')
      .limit(size)
      .execute()
    return rows.flatMap(({ action, actorName, amountFen, at, id, number, voidReason }) =>
      isCounted(action)
        ? [
            {
              key: `order-${id}`,
              kind: 'order' as const,
              id,
              at,
              actorName,
              title: `${steps[action]} ${number}`,
              text: action === 'void' ? `作废原因:${voidReason ?? ''}` : `金额 ${formatYuan(amountFen)} 元`,
            },
          ]
        : [],
    )
  },
}
