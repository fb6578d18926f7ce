import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import { describe, expect, it } from 'vitest'
import { checkedMapping, columnsOf, guess, guessedWith } from './mapping.ts'

const SZSE =
  '板块 公司全称 英文名称 注册地址 A股代码 A股简称 A股上市日期 A股总股本 A股流通股本 B股代码 B股简称 地区 省份 城市 所属行业 公司网址 未盈利'.split(
    ' ',
  )

describe('猜列对应', () => {
  it('交易所的表:认得代码、全称、地址、简称、省市、行业、网址,不乱认其他列', () => {
    expect(guess(customer, SZSE)).toEqual({
      公司全称: 'name',
      注册地址: 'address',
      A股代码: 'number',
      A股简称: 'shortName',
      省份: 'regionCode',
      城市: 'regionCode',
      所属行业: 'industry',
      公司网址: 'website',
    })
  })

  it('空格、全角、大小写、必填记号都不影响', () => {
    expect(guess(customer, ['客 户 名 称*', '电话(必填)', 'Ｅｍａｉｌ', '网 址:'])).toEqual({
      '客 户 名 称*': 'name',
      '电话(必填)': 'phone',
      Ｅｍａｉｌ: 'email',
      '网 址:': 'website',
    })
  })

  it('几列都像时先看标签,再看别名的次序,再看像得最多的;一项只对一列', () => {
    expect(guess(customer, ['客户', '公司名称'])).toEqual({ 公司名称: 'name' })
    expect(guess(customer, ['联系电话', '电话'])).toEqual({ 电话: 'phone' })
    expect(guess(customer, ['公司规模', '公司电话号码'])).toEqual({ 公司电话号码: 'phone' })
    expect(guess(contact, ['客户编号', '客户名称', '联系人姓名', '手机号码', '联系电话'])).toEqual({
      客户名称: 'customerId',
      联系人姓名: 'name',
      手机号码: 'mobile',
      联系电话: 'phone',
    })
  })

  it('错误列、错误原因是我们自己加的,从不导入', () => {
    expect(guess(customer, ['客户名称', '错误列', '错误原因'])).toEqual({ 客户名称: 'name' })
  })

  it('省、市、区县不论列的次序,都从大到小读;“地区”只在没有它们时才用', () => {
    const headers = ['区县', '城市', '省份', '地区']
    const mapping = guess(customer, headers)
    expect(mapping).toEqual({ 区县: 'regionCode', 城市: 'regionCode', 省份: 'regionCode' })
    const columns = columnsOf(customer, headers, mapping).get('regionCode')!
    expect(columns.map(({ header }) => header)).toEqual(['省份', '城市', '区县'])
    expect(guess(customer, ['地区'])).toEqual({ 地区: 'regionCode' })
  })
})

describe('给定列对应', () => {
  it('盖过猜测:同一项让给指定的列,空名不导入;项可以写标签', () => {
    const headers = ['公司全称', '名头', '电话', '码']
    expect(guessedWith(customer, headers, { 名头: 'name', 电话: '', 码: '客户编号' })).toEqual({
      名头: 'name',
      码: 'number',
    })
  })

  it('没有的列、没有的项、两列一项都拒绝', () => {
    const refused = (mapping: Record<string, string>) =>
      expect(() => checkedMapping(customer, ['甲', '乙'], mapping)).toThrow()
    refused({ 丙: 'name' })
    refused({ 甲: 'nameKey' })
    refused({ 甲: 'toString' })
    refused({ 甲: 'name', 乙: 'name' })
    expect(checkedMapping(customer, ['甲', '乙'], { 甲: 'regionCode', 乙: 'regionCode' })).toEqual({
      甲: 'regionCode',
      乙: 'regionCode',
    })
  })
})
