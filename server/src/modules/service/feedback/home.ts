import { feedback as api, type Feedback } from '@crm/shared/contract/feedback'
import { feedbackSeverities } from '@crm/shared/entities/feedback'
import { counted, type HomeSource } from '../../../core/rows/home.ts'
import { listFeedback } from './feedback.ts'

const SHOWN = 5

/** Feedback that waits, the urgent apart. */
export const feedbackBlocks: HomeSource = {
  label: '客户反馈',
  permission: 'feedback.read',
  async blocks(read, actor, { owners }) {
    const look = (query: Parameters<typeof listFeedback>[2]) => listFeedback(read, actor, query)
    const of = (label: string, more: Readonly<Record<string, string>> = {}, size = 0) =>
      counted<Feedback>(api.list, '/feedback', look, {
        label,
        query: { state: 'open,working', ...owners, ...more },
        size,
      })
    const { found, ...all } = await of('待处理反馈', {}, SHOWN)
    if (all.count === 0) return []
    const parts = []
    for (const severity of ['urgent', 'serious'] as const) {
      const { found: _, ...part } = await of(feedbackSeverities[severity], { severity })
      if (part.count > 0) parts.push(part)
    }
    const isUrgent = parts.some(({ link }) => link.query['severity'] === 'urgent')
    return [
      { ...all, key: 'feedback', tone: isUrgent ? 'bad' : 'plain', parts, rows: { of: 'feedback', items: found } },
    ]
  },
}
