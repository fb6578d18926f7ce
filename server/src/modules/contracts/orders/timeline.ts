import { formatYuan } from '@crm/shared/money'
import { newest, recordsOf, timelineSource } from '../../../core/rows/timeline.ts'

/** What of an order the customer would know of too. */
const STEPS: Readonly<Record<string, string>> = {
  submit: '下单',
  approve: '下单',
  void: '作废订单',
  close: '关闭订单',
  reopen: '重新打开订单',
}

/** Orders of the customer as they were confirmed, closed, voided; by the audit log, which knows when and who. */
export const ordersOfCustomer = timelineSource({
  name: 'order',
  kind: 'order',
  permission: 'order.read',
  rows: (read, _actor, customerId, ask) =>
    read
      .selectFrom('orders') // unscoped: of a customer the reader was let to
      .innerJoin('auditLog', (join) =>
        join.onRef('auditLog.recordId', '=', 'orders.id').on('auditLog.entity', '=', 'order'),
      )
      .select(['auditLog.id', 'auditLog.at', 'auditLog.actorName', 'auditLog.action'])
      .select(['orders.number', 'orders.amountFen', 'orders.voidReason'])
      .$call(recordsOf('orders', customerId))
      .where('auditLog.action', 'in', Object.keys(STEPS))
      // Handed in for approval is not ordered yet.
      .where((eb) =>
        eb.or([eb('auditLog.action', '!=', 'submit'), eb('auditLog.after', 'like', '%"state":"confirmed"%')]),
      )
      .$call(newest('auditLog', 'at', ask))
      .execute(),
  tell: ({ action, actorName, amountFen, at, number, voidReason }) => ({
    at,
    actorName,
    title: `${STEPS[action]} ${number}`,
    text: action === 'void' ? `作废原因:${voidReason ?? ''}` : `金额 ${formatYuan(amountFen)} 元`,
  }),
})
