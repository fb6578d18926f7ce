import { permissionNames } from '@crm/shared/permissions'
import { describe, expect, it } from 'vitest'
import { namesOf, permissionMatrix, ticked } from './permissionRows'

const rows = permissionMatrix.flatMap((group) => group.rows)
const line = (label: string) => rows.find((row) => row.label === label)!

describe('角色的权限表', () => {
  it('每一项权限恰好出现一次', () => {
    const shown = rows.flatMap(namesOf)
    expect([...shown].sort()).toEqual([...permissionNames].sort())
  })
  it('组织分成操作员、部门、角色三行', () => {
    const organisation = permissionMatrix.find(({ label }) => label === '组织')!
    expect(organisation.rows.map(({ label }) => label)).toEqual(['操作员', '部门', '角色'])
    expect(line('部门').verbs.delete?.name).toBe('team.delete')
    expect(line('操作员').verbs.delete).toBeUndefined()
  })
  it('四种动作以外的权限放在其他里', () => {
    expect(line('客户').others.map(({ name }) => name)).toEqual([
      'customer.assign',
      'customer.import',
      'customer.export',
      'duplicate.override',
      'duplicate.manage',
    ])
    expect(line('系统').verbs).toEqual({})
    expect(line('系统').others.map(({ label }) => label)).toContain('查看审计日志')
  })
  it('勾选修改时自动勾选查看', () => {
    expect(ticked([], line('客户'), ['customer.update'], true)).toEqual(['customer.update', 'customer.read'])
  })
  it('去掉查看时,新建、修改、删除一并去掉,别的行不动', () => {
    const held = ['customer.read', 'customer.update', 'contact.read', 'phone.reveal'] as const
    expect(ticked(held, line('客户'), ['customer.read'], false)).toEqual(['contact.read', 'phone.reveal'])
  })
  it('去掉修改时,查看保留', () => {
    expect(ticked(['customer.read', 'customer.update'], line('客户'), ['customer.update'], false)).toEqual([
      'customer.read',
    ])
  })
})
