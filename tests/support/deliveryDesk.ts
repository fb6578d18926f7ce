import type { DeliveryDetail } from '@crm/shared/contract/deliveries'
import type { OrderDetail } from '@crm/shared/contract/orders'
import type { TestApp } from './app.ts'
import type { Username } from './office.ts'

export const TODAY = '2026-11-22'
export const bearing = (more: object = {}) => ({ name: '轴承', qtyMilli: 10_000, priceFen: 3_350, unit: '个', ...more })

/** What is done where goods leave: orders of one customer confirmed, delivered in parts, deliveries voided. */
export function deliveryDesk(at: () => { readonly app: TestApp; readonly customerId: number }) {
  const sales1 = () => at().app.as('sales1')
  async function confirmed(more: object = {}): Promise<OrderDetail> {
    const { customerId } = at()
    const facts = { customerId, orderedOn: '2026-11-01', promisedOn: '2026-11-25', lines: [bearing()], ...more }
    const { body } = await sales1().post('/api/orders', facts)
    return (await sales1().post(`/api/orders/${body.id}/submit`, { version: body.version })).body
  }
  const orderNow = async (id: number): Promise<OrderDetail> =>
    (await at().app.as('head1').get(`/api/orders/${id}`)).body
  const hand = (order: OrderDetail, amounts: readonly (number | null)[], more: object = {}, who: Username = 'sales1') =>
    at()
      .app.as(who)
      .post('/api/deliveries', {
        orderId: order.id,
        deliveredOn: TODAY,
        lines: order.lines.flatMap(({ id }, n) => (amounts[n] ? [{ orderLineId: id, qtyMilli: amounts[n] }] : [])),
        ...more,
      })
  const cancel = (delivery: DeliveryDetail, reason = '登记错了') =>
    at().app.as('head1').post(`/api/deliveries/${delivery.id}/void`, { version: delivery.version, reason })
  const setTolerance = (toleranceBp: number) => at().app.as('admin').put('/api/settings/deliveries', { toleranceBp })
  return { sales1, confirmed, orderNow, hand, cancel, setTolerance }
}
