import { describe, expect, it } from 'vitest'
import { timelineItem } from './historyWords'

const entry = { id: 1, at: '2026-11-22T01:00:00.000Z', actorName: '张三' }

describe('变更记录的说法', () => {
  it('只改了负责人就是转移', () => {
    const changes = [{ label: '负责人', before: '张三', after: '李四' }]
    expect(timelineItem({ ...entry, action: 'update', changes }).title).toBe('转移负责人')
    expect(
      timelineItem({ ...entry, action: 'update', changes: [...changes, { label: '电话', before: '—', after: '1' }] })
        .title,
    ).toBe('修改资料')
  })
  it('新建时填的内容折起来,不算逐项变更', () => {
    const item = timelineItem({
      ...entry,
      action: 'create',
      changes: [{ label: '客户名称', before: '—', after: '申诺' }],
    })
    expect(item.filled).toEqual([{ label: '客户名称', value: '申诺' }])
    expect(item.changes).toEqual([])
  })
  it('查看号码自成一类,说出是哪个号码', () => {
    expect(
      timelineItem({ ...entry, action: 'reveal', changes: [{ label: '说明', before: '—', after: 'phone' }] }),
    ).toMatchObject({ kind: 'look', title: '查看了完整的电话' })
  })
  it('不认识的动作也不露出代码', () => {
    expect(timelineItem({ ...entry, action: 'something', changes: [] }).title).toBe('其他操作')
  })
})
