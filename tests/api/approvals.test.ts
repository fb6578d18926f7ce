import { withdrawApproval } from '@crm/server/modules/system/approvals/service'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../support/app.ts'
import {
  actorFor,
  approve,
  ask,
  boss,
  box,
  followed,
  forward,
  get,
  holders,
  ok,
  openDesk,
  person,
  refuses,
  reject,
  setFlow,
  step,
  superior,
  told,
} from '../support/approvalDesk.ts'

let app: TestApp
beforeAll(async () => void (app = await openDesk()))
afterAll(() => app.close())
beforeEach(() => setFlow([]))

describe('要不要审批', () => {
  it('没有流程直接通过;不到金额直接通过,到了就审批', async () => {
    expect((await ask()).state).toBe('approved')
    await setFlow([step('any', person('head1'))], 500_00)
    expect((await ask({ amountFen: 499_99 })).state).toBe('approved')
    expect((await ask({ amountFen: 500_00 })).state).toBe('pending')
    expect((await ask({ amountFen: null })).state).toBe('pending')
  })

  it('步骤各有起点:大金额多一步', async () => {
    await setFlow([step('any', superior(1)), { ...step('any', superior(2)), minAmountFen: 1000_00 }])
    const [small, large] = [await ask({ amountFen: 999_99 }), await ask({ amountFen: 1000_00 })]
    expect((await ok(approve(small.id, 'head1'))).state).toBe('approved')
    expect((await ok(approve(large.id, 'head1'))).state).toBe('pending')
    expect((await ok(approve(large.id, boss()))).state).toBe('approved')
  })

  it('必须审批而没有流程的,找上级;没有上级的,找管流程的人', async () => {
    const own = await ask({ subject: 'credit', mustApprove: true })
    expect((await get(own.id)).waitingFor).toEqual(['陈经理'])
    const lone = await ask({ subject: 'credit', mustApprove: true, by: 'sales2' })
    expect(await get(lone.id)).toMatchObject({
      waitingFor: ['管理员'],
      entries: [{ action: 'requested' }, { action: 'skipped' }, { action: 'rerouted', toName: '管理员' }],
    })
  })

  it('同一张单据审批中不能再提;流程改了,已提的照旧', async () => {
    await setFlow([step('any', person('head1'))])
    const { id, subjectId } = await ask()
    await expect(ask({ subjectId })).rejects.toMatchObject({ code: 'illegal_move' })
    await setFlow([step('any', person('finance'))])
    expect((await ok(approve(id, 'head1'))).state).toBe('approved')
    const again = await ask({ subjectId })
    expect((await get(again.id)).waitingFor).toEqual(['钱财务'])
  })

  it('除了申请人没有人可以审批,不收', async () => {
    await setFlow([step('any', person('admin'))])
    await expect(ask({ by: 'admin' })).rejects.toMatchObject({ code: 'illegal_move' })
  })
})

describe('会签、或签、依次', () => {
  it('会签:都同意才通过,最后一人同意时单据随之生效,申请人得到通知', async () => {
    await setFlow([step('all', person('head1'), person('finance'))])
    const { id, subjectId } = await ask()
    expect((await ok(approve(id, 'head1', '可以'))).state).toBe('pending')
    expect(await followed(subjectId)).toBe(null)
    const done = await ok(approve(id, 'finance'))
    expect(done).toMatchObject({ state: 'approved', waitingFor: [], isMine: false, link: `/contracts/${subjectId}` })
    expect(done.entries.map(({ action, actorName, note: words }) => [action, actorName, words])).toEqual([
      ['requested', '王业务', null],
      ['approved', '陈经理', '可以'],
      ['approved', '钱财务', null],
    ])
    expect(await followed(subjectId)).toBe('同意 钱财务')
    expect(await told('sales1')).toContain(`审批通过:合同 ${subjectId}`)
    await refuses(() => approve(id, 'head1'), 409)
  })

  it('或签:一人同意即过,其余的待办消失,迟到的得知是谁先同意', async () => {
    await setFlow([step('any', person('head1'), person('finance')), step('any', person(boss()))])
    const { id } = await ask()
    expect([await box('head1', 'todo'), await box('finance', 'todo')]).toEqual([
      expect.arrayContaining([id]),
      expect.arrayContaining([id]),
    ])
    expect(await box(boss(), 'todo')).not.toContain(id)
    await ok(approve(id, 'head1'))
    expect(await box('finance', 'todo')).not.toContain(id)
    expect(await box(boss(), 'todo')).toContain(id)
    expect((await approve(id, 'finance')).body).toMatchObject({ status: 409, detail: '陈经理已同意,不用再处理' })
    await refuses(() => reject(id, 'finance'), 409)
  })

  it('依次:轮到谁才通知谁,没轮到的不能抢先', async () => {
    await setFlow([step('sequence', person('finance'), person('head1'))])
    const { id, subjectId } = await ask()
    const title = `待审批:合同 ${subjectId}`
    expect([await told('finance'), await told('head1')].map((list) => list.includes(title))).toEqual([true, false])
    await refuses(() => approve(id, 'head1'), 409)
    await ok(approve(id, 'finance'))
    expect(await told('head1')).toContain(title)
    expect((await ok(approve(id, 'head1'))).state).toBe('approved')
  })

  it('按角色:持有人各算一个,申请人自己不算', async () => {
    await setFlow([step('all', holders('业务员'))])
    const { id } = await ask()
    const names = (await get(id)).steps[0]!.tasks.map(({ name }) => name)
    expect(names).toEqual(['李业务', '赵一组', '孙华南', '总经理'])
    expect((await get(id)).entries.filter(({ action }) => action === 'skipped').map(({ toName }) => toName)).toEqual([
      '王业务',
      '周离职',
    ])
  })

  it('两人同一刻同意一个或签:一个成,一个 409,单据只生效一次', async () => {
    await setFlow([step('any', person('head1'), person('finance'), person('sales2'))])
    const { id, subjectId } = await ask()
    const answers = await Promise.all((['head1', 'finance', 'sales2'] as const).map((who) => approve(id, who)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
    const { tasks } = (await get(id)).steps[0]!
    const [winner] = tasks.filter(({ outcome }) => outcome === 'approved')
    expect(tasks.filter(({ outcome }) => outcome === 'ended')).toHaveLength(2)
    const late = answers.filter(({ status }) => status === 409).map(({ body }) => body.detail as string)
    expect(late.every((words) => words.startsWith(winner!.name))).toBe(true)
    expect(await followed(subjectId)).toBe(`同意 ${winner!.name}`)
  })
})

describe('驳回、撤回、转交', () => {
  it('驳回要有原因;一人驳回就结束,申请人看到原因', async () => {
    await setFlow([step('all', person('head1'), person('finance')), step('any', person(boss()))])
    const { id, subjectId } = await ask()
    await refuses(() => reject(id, 'head1', ''), 400, 'reason')
    await refuses(() => app.as('head1').post(`/api/approvals/${id}/reject`, {}), 400, 'reason')
    expect((await ok(reject(id, 'head1'))).state).toBe('refused')
    expect(await followed(subjectId)).toBe('驳回 毛利太低 陈经理')
    expect(await told('sales1')).toContain(`审批被驳回:合同 ${subjectId}`)
    expect((await approve(id, 'finance')).body).toMatchObject({ status: 409, detail: '陈经理已驳回,不用再处理' })
    expect((await ask({ subjectId })).state).toBe('pending')
  })

  it('申请人可以撤回,别人不行;通过以后撤不回', async () => {
    await setFlow([step('any', person('head1'))])
    const { id, subjectId } = await ask()
    await refuses(() => app.as('head1').post(`/api/approvals/${id}/withdraw`, {}), 403)
    await refuses(() => app.as('sales1b').post(`/api/approvals/${id}/withdraw`, {}), 404)
    const back = await ok(app.as('sales1').post(`/api/approvals/${id}/withdraw`, {}))
    expect(back).toMatchObject({ state: 'withdrawn', mayWithdraw: false })
    expect(await followed(subjectId)).toBe('驳回 申请人撤回 王业务')
    expect(await box('head1', 'todo')).not.toContain(id)
    await refuses(() => approve(id, 'head1'), 409)
    await refuses(() => app.as('sales1').post(`/api/approvals/${id}/withdraw`, {}), 409)
    const own = await ask({ subject: 'credit', mustApprove: true })
    await ok(app.as('sales1').post(`/api/approvals/${own.id}/withdraw`, {}))
    expect(await followed(own.subjectId)).toBe('撤回 王业务')
  })

  it('单据自己撤回、作废时,审批随之结束,不再回头通知单据', async () => {
    await setFlow([step('any', person('head1'))])
    const { id, subjectId } = await ask()
    const actor = await actorFor('sales1')
    const withdrawn = () => app.store.tx((tx) => withdrawApproval(tx, actor, 'contract', subjectId))
    expect([await withdrawn(), await withdrawn()]).toEqual([true, false])
    expect([(await get(id)).state, await followed(subjectId)]).toEqual(['withdrawn', null])
  })

  it('转交给同事,由他决定,经过里写着谁转给谁;不能转给申请人、自己、停用的人和已在审批的人', async () => {
    await setFlow([step('all', person('head1'), person('finance'))])
    const { id } = await ask()
    for (const to of ['sales1', 'head1', 'disabled', 'finance', 999_999] as const)
      await refuses(() => forward(id, 'head1', to), 400, 'userId')
    await refuses(() => app.as('head1').post(`/api/approvals/${id}/forward`, { userId: boss() }), 400, 'note')
    await refuses(() => forward(id, 'sales2', boss()), 404)
    await ok(forward(id, 'head1', 'sub1', '我在出差'))
    expect((await get(id)).entries.at(-1)).toMatchObject({
      action: 'forwarded',
      actorName: '陈经理',
      toName: '赵一组',
      note: '我在出差',
    })
    expect(await box('head1', 'done')).toContain(id)
    await refuses(() => approve(id, 'head1'), 409)
    await ok(approve(id, 'sub1'))
    expect((await ok(approve(id, 'finance'))).state).toBe('approved')
  })
})
