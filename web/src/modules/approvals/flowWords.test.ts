import { describe, expect, it } from 'vitest'
import { flowWords } from './flowWords'

const names = { userName: (id: number) => `${id}号`, roleName: () => '财务' }
const blank = { userId: null, roleId: null, levels: null }

describe('流程用一句话说', () => {
  it('金额起点、方式和各步的人', () => {
    const steps = [
      { mode: 'all', minAmountFen: null, approvers: [{ ...blank, kind: 'superior', levels: 1 }] },
      {
        mode: 'any',
        minAmountFen: 1_000_000,
        approvers: [
          { ...blank, kind: 'user', userId: 7 },
          { ...blank, kind: 'role', roleId: 2 },
          { ...blank, kind: 'superior', levels: 2 },
        ],
      },
    ] as const
    expect(flowWords({ subject: 'order', minAmountFen: 50_000, steps }, names)).toBe(
      '500.00 元起 · 直接上级 → 10,000.00 元起 或签:7号、角色“财务”、上 2 级',
    )
    expect(flowWords({ subject: 'order', minAmountFen: null, steps: [] }, names)).toBe('')
  })
})
