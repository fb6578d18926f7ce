import type { Approver, FlowStep } from '@crm/shared/contract/approvals'
import { describe, expect, it } from 'vitest'
import { deserted, spared, stateOf, type TaskFacts, turnOf } from './progress.ts'
import { type People, resolveStep, stepsFor } from './resolve.ts'

const blank = { userId: null, roleId: null, levels: null }
const user = (userId: number): Approver => ({ ...blank, kind: 'user', userId })
const role = (roleId: number): Approver => ({ ...blank, kind: 'role', roleId })
const superior = (levels: number): Approver => ({ ...blank, kind: 'superior', levels })
const step = (mode: FlowStep['mode'], approvers: Approver[], minAmountFen: number | null = null): FlowStep => ({
  mode,
  approvers,
  minAmountFen,
})

/** 1 asks; 2 leads him, 3 leads 2; 8 is disabled; 9 sets flows up. Role 5: 1, 4, 8. */
const people: People = {
  applicantId: 1,
  superiors: [2, 3],
  holdersOf: (roleId) => (roleId === 5 ? [1, 4, 8] : roleId === 6 ? [8] : []),
  keepers: [1, 9],
  isThere: (id) => id !== 8,
  nameOf: (id) => `${id}号`,
}
const idsOf = (of: FlowStep, who = people) => resolveStep(of, who)?.userIds

describe('一步由谁审批', () => {
  it('指定的人、角色、几级上级合在一起,按先后,不重复', () => {
    expect(idsOf(step('sequence', [user(7), superior(1), role(5), user(7), superior(2)]))).toEqual([7, 2, 4, 3])
  })

  it('申请人和停用的人不算,记进经过', () => {
    expect(resolveStep(step('all', [role(5)]), people)).toEqual({
      mode: 'all',
      userIds: [4],
      notes: [
        { action: 'skipped', toName: '1号', note: '申请人不审批自己的申请' },
        { action: 'skipped', toName: '8号', note: '已停用' },
      ],
    })
  })

  it('没人了先找直接上级;上面没有这一级、或没有上级,找管流程的人,一人同意即可', () => {
    expect(idsOf(step('all', [user(1)]))).toEqual([2])
    expect(idsOf(step('all', [role(6)]))).toEqual([2])
    expect(resolveStep(step('all', [superior(3)]), people)).toMatchObject({
      mode: 'any',
      userIds: [9],
      notes: [
        { action: 'skipped', toName: '上 3 级主管' },
        { action: 'rerouted', toName: '9号' },
      ],
    })
    expect(idsOf(step('all', [user(8)]), { ...people, superiors: [] })).toEqual([9])
  })

  it('除了申请人没有别人:没有结果', () => {
    expect(resolveStep(step('any', [user(1)]), { ...people, superiors: [], keepers: [1] })).toBe(null)
  })
})

describe('按金额取步骤', () => {
  const flow = { minAmountFen: 100, steps: [step('any', [user(2)]), step('any', [user(3)], 1000)] }
  it('不到流程的起点直接通过,步骤各有起点,金额不明时全走', () => {
    expect(stepsFor(null, 5)).toEqual([])
    expect(stepsFor(flow, 99)).toEqual([])
    expect(stepsFor(flow, 100)).toEqual([flow.steps[0]])
    expect(stepsFor(flow, 1000)).toEqual(flow.steps)
    expect(stepsFor(flow, null)).toEqual(flow.steps)
  })
})

describe('状态由各人的任务推出', () => {
  const task = (of: number, outcome: TaskFacts['outcome'] = null): TaskFacts => ({ step: of, outcome })
  it('有人驳回就是驳回,有人没表态就是审批中', () => {
    expect(stateOf([task(0, 'approved'), task(1)])).toBe('pending')
    expect(stateOf([task(0, 'approved'), task(0, 'refused'), task(1, 'ended')])).toBe('refused')
    expect(stateOf([task(0, 'withdrawn')])).toBe('withdrawn')
    expect(stateOf([task(0, 'approved'), task(0, 'ended'), task(1, 'forwarded'), task(1, 'approved')])).toBe('approved')
  })

  it('轮到谁:会签、或签同时,依次一个一个,下一步等这一步', () => {
    const tasks = [task(0), task(0), task(1)]
    expect(turnOf(['all', 'any'], tasks)).toEqual(tasks.slice(0, 2))
    expect(turnOf(['sequence', 'any'], tasks)).toEqual(tasks.slice(0, 1))
    expect(turnOf(['any', 'any'], [task(0, 'approved'), task(0, 'ended'), tasks[2]!])).toEqual([tasks[2]])
    expect(turnOf(['all'], [task(0, 'refused')])).toEqual([])
  })

  it('或签有一人同意,其余免了;全步无人同意也无人可问,就是没人了', () => {
    const tasks = [task(0, 'approved'), task(0), task(1)]
    expect(spared(['any', 'any'], tasks)).toEqual([tasks[1]])
    expect(spared(['all', 'any'], tasks)).toEqual([])
    expect(deserted([task(0, 'skipped'), task(0, 'forwarded')], 0)).toBe(true)
    expect(deserted([task(0, 'skipped'), task(0)], 0)).toBe(false)
    expect(deserted([task(0, 'skipped'), task(0, 'approved')], 0)).toBe(false)
  })
})
