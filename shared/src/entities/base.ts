import { dictionaryNames } from '../dictionaries.ts'
import { entity } from '../kernel/entity.ts'
import { flag, integer, option, text } from '../kernel/field.ts'

export const tag = entity({
  name: 'tag',
  table: 'tags',
  path: 'tags',
  label: '标签',
  scope: 'everyone',
  title: 'name',
  order: 'name',
  recycle: true,
  fields: {
    name: text({ label: '标签名', max: 20, filter: true, sort: true }),
    color: text({ label: '颜色', max: 7, optional: true, format: 'color' }),
  },
})

/** One item of a dictionary (基础资料). Items in use are switched off, not deleted. */
export const dictItem = entity({
  name: 'dictItem',
  table: 'dictItems',
  path: 'dictionaries',
  label: '基础资料',
  scope: 'everyone',
  title: 'label',
  order: 'position',
  fields: {
    dictionary: option(dictionaryNames, { label: '字典', filter: true }),
    code: text({ label: '代码', max: 40, optional: true, filter: true, help: '留空时自动生成' }),
    label: text({ label: '名称', max: 40, filter: true, sort: true }),
    position: integer({ label: '次序', default: 1000, min: 0, max: 100_000, sort: true }),
    active: flag({ label: '启用', default: true, filter: true }),
  },
})
