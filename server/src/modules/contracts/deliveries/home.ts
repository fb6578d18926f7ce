import { deliveries as api, type OpenLine } from '@crm/shared/contract/deliveries'
import type { HomeBlock } from '@crm/shared/contract/home'
import type { DeliveryWindow } from '@crm/shared/rules/deliveries'
import { counted, type HomeSource } from '../../../core/rows/home.ts'
import { readBoard } from './board.ts'

const SHOWN = 6

/** What should have been handed over, and what is to be within a week. */
export const deliveryBlocks: HomeSource = {
  label: '交货',
  permission: 'delivery.read',
  async blocks(read, actor, { heavy, people }) {
    const whose = people === null ? {} : { personId: people }
    const of = (label: string, when: DeliveryWindow, size = 0) =>
      counted<OpenLine>(api.board, '/deliveries', (query) => readBoard(read, actor, query as never, { heavy }), {
        label,
        query: { when, ...whose },
        size,
      })
    const blocks: HomeBlock[] = []
    const { found: late, ...overdue } = await of('逾期未交', 'overdue', SHOWN)
    if (overdue.count > 0)
      blocks.push({ ...overdue, key: 'lateDeliveries', tone: 'bad', rows: { of: 'openLine', items: late } })
    const { found: soon, ...week } = await of('7 天内应交', 'week', SHOWN)
    if (week.count === 0) return blocks
    const parts = []
    for (const [label, when] of [
      ['今天', 'today'],
      ['明天', 'tomorrow'],
    ] as const) {
      const { found: _, ...part } = await of(label, when)
      if (part.count > 0) parts.push(part)
    }
    return [...blocks, { ...week, key: 'deliveries', tone: 'plain', parts, rows: { of: 'openLine', items: soon } }]
  },
}
