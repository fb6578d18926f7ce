import { describe, expect, it } from 'vitest'
import { fieldsOf, isSameMapping, missingIn, samplesOf, titleColumn, withColumn } from './importFields'

const fields = fieldsOf('customer')

describe('导入的列对应', () => {
  it('客户只有名称必填,联系人还要所属客户', () => {
    expect(fields.filter(({ isRequired }) => isRequired).map(({ label }) => label)).toEqual(['客户名称'])
    expect(missingIn(fieldsOf('contact'), { 姓名: 'name' }).map(({ label }) => label)).toEqual(['所属客户'])
  })
  it('一个字段改给另一列,原来那列就空出来', () => {
    const mapping = withColumn(fields, { 公司: 'name', 电话: 'phone' }, '全称', 'name')
    expect(mapping).toEqual({ 电话: 'phone', 全称: 'name' })
  })
  it('地区可以由省、市、区几列合成', () => {
    const mapping = withColumn(fields, { 省: 'regionCode' }, '市', 'regionCode')
    expect(mapping).toEqual({ 省: 'regionCode', 市: 'regionCode' })
  })
  it('选不导入就从对应里去掉', () => {
    expect(withColumn(fields, { 公司: 'name', 电话: 'phone' }, '电话', '')).toEqual({ 公司: 'name' })
  })
  it('列的先后不算改动', () => {
    expect(isSameMapping({ a: 'name', b: 'phone' }, { b: 'phone', a: 'name' })).toBe(true)
    expect(isSameMapping({ a: 'name' }, { a: 'phone' })).toBe(false)
    expect(isSameMapping({ a: 'name' }, {})).toBe(false)
  })
  it('样例取几个不同的值,空的跳过', () => {
    const batch = {
      headers: ['公司', '行业'],
      sample: [
        ['甲', ''],
        ['乙', '制造'],
        ['丙', '制造'],
        ['丁', '贸易'],
      ],
    }
    expect(samplesOf(batch, '行业')).toEqual(['制造', '贸易'])
    expect(samplesOf(batch, '公司')).toEqual(['甲', '乙', '丙'])
  })
  it('行的名称取自对应到名称的那一列', () => {
    const batch = { entity: 'customer' as const, headers: ['编号', '公司'], mapping: { 公司: 'name' } }
    expect(titleColumn(batch)).toBe(1)
    expect(titleColumn({ ...batch, mapping: {} })).toBe(-1)
  })
})
