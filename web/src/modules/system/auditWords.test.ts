import { describe, expect, it } from 'vitest'
import { actionText, changesOf, subjectText } from '@crm/shared/contract/auditWords'
import { recordPath, titleOf } from './auditWords'
import { dayEnd, dayStart } from './auditTime'

const entry = (more: object) => ({
  id: 1,
  at: '2026-11-22T01:00:00.000Z',
  actorId: 1,
  actorName: '管理员',
  via: 'web',
  address: null,
  entity: 'customer',
  recordId: 7,
  action: 'update',
  before: null,
  after: null,
  note: null,
  ...more,
})

describe('审计日志的文字', () => {
  it('修改只列变了的字段,用字段的中文名', () => {
    const before = { id: 7, version: 1, name: '甲公司', level: 'A', notes: null }
    const changes = changesOf(entry({ before, after: { ...before, version: 2, level: 'B', notes: '' } }))
    expect(changes.map(({ label, before: from, after: to }) => [label, from, to])).toEqual([['客户等级', 'A', 'B']])
  })
  it('新建列出填了的全部字段,空的不列', () => {
    const after = { id: 7, version: 1, name: '甲公司', tagIds: [], phone: null, ownerId: 3 }
    expect(changesOf(entry({ action: 'create', after })).map(({ label }) => label)).toEqual(['客户名称', '负责人'])
  })
  it('不是实体的内容也有中文名', () => {
    const change = changesOf(entry({ entity: 'settings', before: { company: '旧' }, after: { company: '新' } }))
    expect(change[0]?.label).toBe('公司名称')
    expect(subjectText('settings')).toBe('公司资料')
    expect(actionText('passwordReset')).toBe('重置密码')
  })
  it('称呼取改后的名字,删除后取删除前的', () => {
    expect(titleOf(entry({ before: { name: '旧名' }, after: { name: '新名' } }))).toBe('新名')
    expect(titleOf(entry({ before: { name: '旧名' } }))).toBe('旧名')
  })
  it('联系人的记录打开它的客户,删除了的不给链接', () => {
    expect(recordPath(entry({ entity: 'contact', after: { customerId: 12 } }))).toBe('/customers/12')
    expect(recordPath(entry({}))).toBe('/customers/7')
    expect(recordPath(entry({ action: 'remove' }))).toBeNull()
  })
})

describe('按日期筛选', () => {
  it('一天从公司时区的零点算起', () => {
    expect(dayStart('2026-11-22', 'Asia/Shanghai')).toBe('2026-11-21T16:00:00.000Z')
    expect(dayEnd('2026-11-22', 'Asia/Shanghai')).toBe('2026-11-22T15:59:59.999Z')
    expect(dayStart('2026-11-22', 'UTC')).toBe('2026-11-22T00:00:00.000Z')
  })
  it('夏令时开始的那天也从零点到零点', () => {
    expect(dayStart('2026-03-08', 'America/New_York')).toBe('2026-03-08T05:00:00.000Z')
    expect(dayEnd('2026-03-08', 'America/New_York')).toBe('2026-03-09T03:59:59.999Z')
  })
})
