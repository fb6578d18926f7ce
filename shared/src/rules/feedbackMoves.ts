import type { FeedbackState } from '../entities/feedback.ts'

interface Move {
  readonly label: string
  readonly from: readonly FeedbackState[]
  readonly to: FeedbackState
}
/** The steps of a feedback: from where each may be taken, and where it leads. */
export const feedbackMoves = {
  start: { label: '开始处理', from: ['open'], to: 'working' },
  resolve: { label: '登记解决', from: ['open', 'working'], to: 'solved' },
  close: { label: '关闭反馈', from: ['open', 'working', 'solved'], to: 'closed' },
  reopen: { label: '重新处理', from: ['solved', 'closed'], to: 'working' },
} as const satisfies Record<string, Move>
export type FeedbackMove = keyof typeof feedbackMoves

export const mayMove = (move: FeedbackMove, state: FeedbackState): boolean =>
  (feedbackMoves[move].from as readonly FeedbackState[]).includes(state)
export const movesFrom = (state: FeedbackState): FeedbackMove[] =>
  (Object.keys(feedbackMoves) as FeedbackMove[]).filter((move) => mayMove(move, state))
/** Somebody still has to do something about it. */
export const OPEN_STATES = ['open', 'working'] as const satisfies readonly FeedbackState[]
