import { formatYuan } from '@crm/shared/money'
import { newest, recordsOf, timelineSource } from '../../../core/rows/timeline.ts'

/** What of a quote the customer knows of too. */
const STEPS: Readonly<Record<string, string>> = { send: '报价', accept: '接受报价', decline: '报价未成' }

/** Quotes of the customer as they were sent and answered; by the audit log, which knows when and who. */
export const quotesOfCustomer = timelineSource({
  name: 'quote',
  kind: 'quote',
  permission: 'quote.read',
  rows: (read, _actor, customerId, ask) =>
    read
      .selectFrom('quotes') // unscoped: of a customer the reader was let to
      .innerJoin('auditLog', (join) =>
        join.onRef('auditLog.recordId', '=', 'quotes.id').on('auditLog.entity', '=', 'quote'),
      )
      .select(['auditLog.id', 'auditLog.at', 'auditLog.actorName', 'auditLog.action'])
      .select(['quotes.number', 'quotes.amountFen', 'quotes.declineReason'])
      .$call(recordsOf('quotes', customerId))
      .where('auditLog.action', 'in', Object.keys(STEPS))
      .$call(newest('auditLog', 'at', ask))
      .execute(),
  tell: ({ action, actorName, amountFen, at, declineReason, number }) => ({
    at,
    actorName,
    title: `${STEPS[action]} ${number}`,
    text: action === 'decline' ? `原因:${declineReason ?? ''}` : `金额 ${formatYuan(amountFen)} 元`,
  }),
})
