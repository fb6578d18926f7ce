import { describe, expect, it } from 'vitest'
import { feedbackStates, type FeedbackState } from '../entities/feedback.ts'
import { feedbackMoves, mayMove, movesFrom } from './feedbackMoves.ts'

const states = Object.keys(feedbackStates) as FeedbackState[]

describe('反馈的状态', () => {
  it('每个状态下能做的正是这些', () => {
    expect(Object.fromEntries(states.map((state) => [state, movesFrom(state)]))).toEqual({
      open: ['start', 'resolve', 'close'],
      working: ['resolve', 'close'],
      solved: ['close', 'reopen'],
      closed: ['reopen'],
    })
  })

  it('没有一步停在原地,每个状态都到得了', () => {
    for (const [move, { from, to }] of Object.entries(feedbackMoves)) {
      expect(from as readonly string[]).not.toContain(to)
      expect(mayMove(move as 'start', to)).toBe(false)
    }
    expect(new Set(['open', ...Object.values(feedbackMoves).map(({ to }) => to)])).toEqual(new Set(states))
  })
})
