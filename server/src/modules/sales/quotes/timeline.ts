import { formatYuan } from '@crm/shared/money'
import { olderThan, type TimelineSource } from '../../../core/timeline.ts'

/** What of a quote the customer knows of too. */
const steps = { send: '报价', accept: '接受报价', decline: '报价未成' } as const
const isShown = (action: string): action is keyof typeof steps => Object.hasOwn(steps, action)

/** Quotes of the customer as they were sent and answered; by the audit log, which knows when and who. */
export const quotesOfCustomer: TimelineSource = {
  name: 'quote',
  kinds: ['quote'],
  permission: 'quote.read',
  async entries(read, _actor, customerId, { before, size }) {
    const rows = await read
      .selectFrom('quotes') // unscoped: of a customer the reader was let to
      .innerJoin('auditLog', (join) =>
        join.onRef('auditLog.recordId', '=', 'quotes.id').on('auditLog.entity', '=', 'quote'),
      )
      .select(['auditLog.id', 'auditLog.at', 'auditLog.actorName', 'auditLog.action'])
      .select(['quotes.number', 'quotes.amountFen', 'quotes.declineReason'])
      .where('quotes.customerId', '=', customerId)
      .where('quotes.deletedAt', 'is', null)
      .where('auditLog.action', 'in', Object.keys(steps))
      .where(olderThan('auditLog.at', 'auditLog.id', before))
      .orderBy('auditLog.at', 'desc')
      .orderBy('auditLog.id', 'desc')
      .limit(size)
      .execute()
    return rows.flatMap(({ action, actorName, amountFen, at, declineReason, id, number }) =>
      isShown(action)
        ? [
            {
              key: `quote-${id}`,
              kind: 'quote' as const,
              id,
              at,
              actorName,
              title: `${steps[action]} ${number}`,
              text: action === 'decline' ? `原因:${declineReason ?? ''}` : `金额 ${formatYuan(amountFen)} 元`,
            },
          ]
        : [],
    )
  },
}
