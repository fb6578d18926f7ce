import { describe, expect, it } from 'vitest'
import { findRegion, isRegionCode, regionName, regionPath, regionPrefix, regionTree, type RegionNode } from './index.ts'

describe('地区名称', () => {
  it.each([
    ['440000', '广东省'],
    ['440300', '广东省 深圳市'],
    ['440305', '广东省 深圳市 南山区'],
    ['110000', '北京市'],
    ['110108', '北京市 海淀区'],
    ['500235', '重庆市 云阳县'],
    ['419001', '河南省 济源市'],
    ['810000', '香港特别行政区'],
  ])('%s', (code, name) => expect(regionName(code)).toBe(name))
  it.each(['000000', '999999', '44', '4403', '', '广东省', '__proto__'])('没有这个代码: %s', (code) => {
    expect(regionName(code)).toBeNull()
    expect(regionPath(code)).toEqual([])
  })
  it('级联选择用的路径', () => {
    expect(regionPath('440305')).toEqual(['440000', '440300', '440305'])
    expect(regionPath('110108')).toEqual(['110000', '110108'])
  })
})

describe('认地区', () => {
  it.each<[string[], string | null]>([
    [['广东', '深圳市'], '440300'],
    [['广东省', '深圳市', '南山区'], '440305'],
    [['广东', '深圳', '南山'], '440305'],
    [['新疆', '乌鲁木齐市'], '650100'],
    [['新疆', '和田地区'], '653200'],
    [['内蒙古'], '150000'],
    [['内蒙古', '锡林郭勒盟'], '152500'],
    [['广西', '南宁'], '450100'],
    [['西藏', '拉萨'], '540100'],
    [['北京', '北京市'], '110000'],
    [['北京市', '市辖区', '东城区'], '110101'],
    [['重庆市', '县', '云阳县'], '500235'],
    [['吉林', '吉林市'], '220200'],
    [['吉林'], '220000'],
    [['吉林市'], '220200'],
    [['青海', '海西蒙古族藏族自治州'], '632800'],
    [['青海', '海南州'], '632500'],
    [['海南'], '460000'],
    [['河南', '河南省直辖县级行政区划'], '419000'],
    [['新疆', '新疆维吾尔自治区直辖县级行政区划'], '659000'],
    [['广东省深圳市南山区'], '440305'],
    [['广东省深圳市罗湖区某路1号'], '440303'],
    [['中国 广东 深圳 福田'], '440304'],
    [['广东省/深圳市/福田区'], '440304'],
    [['上海浦东新区'], '310115'],
    [['河南省济源市'], '419001'],
    [['东莞市松山湖'], '441900'],
    [['深圳', '深圳市'], '440300'],
    [['中国（四川）自由贸易试验区'], '510000'],
    [['香港', '九龙'], '810000'],
    [['昆山'], '320583'],
    [['440305'], '440305'],
    [['110100'], '110000'],
  ])('%j', (parts, code) => expect(findRegion(parts)).toBe(code))

  it.each<[string, string[]]>([
    ['重名的区', ['朝阳区']],
    ['重名的简称', ['朝阳']],
    ['前后矛盾', ['广东', '杭州市']],
    ['路名', ['南京路5号']],
    ['大区', ['华南']],
    ['空', ['']],
    ['没有', []],
    ['不存在的代码', ['999999']],
    ['外国', ['Japan']],
  ])('不能确定就不填: %s', (_, parts) => expect(findRegion(parts)).toBeNull())

  it('白云山不是白云区: 只认到市', () => expect(findRegion(['广州市白云山脚下'])).toBe('440100'))
  it('每个地区都能由自己的全名找回', () => {
    const lost: string[] = []
    const visit = (node: RegionNode): void => {
      if (findRegion(regionName(node.value)!.split(' ')) !== node.value) lost.push(node.label)
      node.children?.forEach(visit)
    }
    regionTree().forEach(visit)
    expect(lost).toEqual([])
  })
  it('五万字不慢', () => {
    const startedAt = Date.now()
    findRegion(['a'.repeat(50_000) + '!'])
    findRegion([' '.repeat(50_000) + '!'])
    findRegion(['市辖区'.repeat(20_000)])
    findRegion(['北京'.repeat(20_000)])
    expect(Date.now() - startedAt).toBeLessThan(100)
  })
})

describe('地区树', () => {
  it('三十四个省级地区,代码不重复,都是六位', () => {
    expect(regionTree()).toHaveLength(34)
    const codes: string[] = []
    const visit = (node: RegionNode): void => {
      codes.push(node.value)
      node.children?.forEach(visit)
    }
    regionTree().forEach(visit)
    expect(codes.every(isRegionCode)).toBe(true)
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.length).toBeGreaterThan(3200)
  })
  it('直辖市下面直接是区', () => expect(regionTree()[0]!.children![0]).toEqual({ value: '110101', label: '东城区' }))
})

describe('按地区筛选', () => {
  it.each([
    ['440000', '44'],
    ['440300', '4403'],
    ['440305', '440305'],
    ['110000', '11'],
  ])('%s 包含 %s 开头的', (code, prefix) => expect(regionPrefix(code)).toBe(prefix))
  it('每个下级都以上级的前缀开头', () => {
    const visit = (node: RegionNode): void =>
      node.children?.forEach((child) => {
        expect(child.value.startsWith(regionPrefix(node.value))).toBe(true)
        visit(child)
      })
    regionTree().forEach(visit)
  })
})
