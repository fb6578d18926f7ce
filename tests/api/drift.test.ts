import { dictionaryNames } from '@crm/shared/dictionaries'
import { entities } from '@crm/shared/entities/index'
import type { Entity } from '@crm/shared/kernel/entity'
import { type Field, isColumn, isMany } from '@crm/shared/kernel/field'
import { filterable, sortable } from '@crm/shared/kernel/query'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogOf } from '../support/catalog.ts'
import { openTestStore, type TestStore } from '../support/engine.ts'
import { allEntities } from '../support/endpoints.ts'

let test: TestStore
/** table -> column -> may be empty */
let tables: Map<string, Map<string, boolean>>
beforeAll(async () => {
  test = await openTestStore()
  tables = await catalogOf(test.store)
})
afterAll(() => test.close())

const SYSTEM = ['id', 'version', 'createdAt', 'updatedAt', 'deletedAt']
/** Columns nobody sees: derived from the fields, for search and 查重. Every one is written down here. */
const hidden: Readonly<Record<string, readonly string[]>> = {
  customers: [
    'nameKey',
    'twinNo',
    'initials',
    'nameFolded',
    'shortFolded',
    'nameLength',
    'searchText',
    'lastValidFollowUpAt',
    'pooledAt',
    'receivedAt',
    'mergedIntoId',
  ],
  contacts: ['initials', 'searchText'],
  products: ['initials', 'searchText'],
  reminders: ['anchorAt', 'firedFor', 'nextId'],
  interactions: ['counts'],
}
/** Of these, the ones that may be empty. */
const hiddenEmpty: Readonly<Record<string, readonly string[]>> = {
  customers: ['lastValidFollowUpAt', 'pooledAt', 'receivedAt', 'mergedIntoId'],
  reminders: ['firedFor', 'nextId'],
}
/** May be left out of a create, and are never empty in the table: the server fills them. */
const filled: Readonly<Record<string, readonly string[]>> = {
  customers: ['number'],
  dictItems: ['code'],
  products: ['number'],
  reminders: ['assigneeId'],
}

const fieldsOf = (entity: Entity): [string, Field][] => Object.entries(entity.fields)
const columnFields = (entity: Entity) => fieldsOf(entity).filter(([, field]) => isColumn(field))
const each = allEntities.map((entity): [string, Entity] => [entity.label, entity])

describe.each(each)('%s 的事实与数据库一致', (_label, entity) => {
  it('每个字段正好是一列,没有多余的列', () => {
    const expected = [...SYSTEM, ...columnFields(entity).map(([key]) => key), ...(hidden[entity.table] ?? [])]
    expect([...(tables.get(entity.table)?.keys() ?? [])].toSorted()).toEqual(expected.toSorted())
  })

  it('可空的正是可选的', () => {
    const columns = tables.get(entity.table)!
    const mayBeEmpty = columnFields(entity).filter(
      ([key, field]) => field.optional && !filled[entity.table]?.includes(key),
    )
    const actual = [...columns].filter(([key, nullable]) => nullable && key !== 'id').map(([key]) => key)
    expect(actual.toSorted()).toEqual(
      [...mayBeEmpty.map(([key]) => key), ...(hiddenEmpty[entity.table] ?? []), 'deletedAt'].toSorted(),
    )
  })

  it('多选关联有自己的表,两列都不空', () => {
    for (const [, field] of fieldsOf(entity)) {
      if (field.kind !== 'ref' || !field.many) continue
      const { child, parent, table } = field.many
      expect(Object.fromEntries(tables.get(table) ?? [])).toEqual({ [parent]: false, [child]: false })
    }
  })

  it('引用的对象、字典、归属字段、标题和默认排序都存在', () => {
    const known = new Set([...Object.keys(entities), ...Object.keys(dictionaryNames)])
    const asked = fieldsOf(entity).flatMap(([, field]) =>
      field.kind === 'ref' ? [field.to] : field.kind === 'dict' ? [field.dictionary] : [],
    )
    expect(asked.filter((name) => !known.has(name))).toEqual([])
    expect(['text', 'longText']).toContain(entity.fields[entity.title]?.kind)
    for (const part of entity.order.split(',')) expect(Object.keys(sortable(entity))).toContain(part.replace(/^-/, ''))
    const { scope } = entity
    const owner =
      scope === 'everyone' ? [] : scope === 'owner' ? ['ownerId'] : 'via' in scope ? [scope.via] : [scope.owner]
    for (const key of owner) expect(entity.fields[key]).toMatchObject({ kind: 'ref', filter: true })
    const personal = typeof scope === 'object' && 'owner' in scope ? Object.values(scope.personal ?? {}) : []
    for (const key of personal) expect(entity.fields[key]).toMatchObject({ kind: 'ref', optional: true })
  })

  it('能排序的列都在表里', () => {
    const columns = tables.get(entity.table)!
    expect(Object.values(sortable(entity)).filter((column) => !columns.has(column))).toEqual([])
  })

  it('遮盖的字段不能筛选,也不能排序', () => {
    const secret = fieldsOf(entity).filter(([, field]) => field.mask)
    const usable = new Set([...filterable(entity).map(([key]) => key), ...Object.keys(sortable(entity))])
    expect(secret.filter(([key, field]) => usable.has(key) || field.filter || field.sort)).toEqual([])
  })

  it('标签和可选值说得清,名称不重复', () => {
    const labels = fieldsOf(entity).map(([, field]) => field.label)
    expect(labels.filter((label) => label.trim() === '')).toEqual([])
    expect(new Set(labels).size).toBe(labels.length)
    const odd = fieldsOf(entity).filter(([key, field]) => {
      const options = field.kind === 'option' ? Object.keys(field.options) : null
      const defaultFits = !options || !('default' in field) || options.includes(field.default as string)
      return SYSTEM.includes(key) || options?.length === 1 || !defaultFits || (isMany(field) && field.optional)
    })
    expect(odd).toEqual([])
  })
})

it('每个对象有自己的名字、表和地址', () => {
  for (const key of ['name', 'table', 'path', 'label'] as const)
    expect(new Set(allEntities.map((entity) => entity[key])).size).toBe(allEntities.length)
  for (const [key, entity] of Object.entries(entities)) expect(entity.name).toBe(key)
})

it('隐藏列和由服务器填写的列都写明了,没有过时的', () => {
  for (const [table, columns] of Object.entries(hidden))
    for (const column of columns) expect([...tables.get(table)!.keys()]).toContain(column)
  for (const [table, columns] of Object.entries(filled))
    for (const column of columns) expect(tables.get(table)!.get(column)).toBe(false)
})
