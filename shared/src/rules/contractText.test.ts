import { describe, expect, it } from 'vitest'
import { fillText, missingPlaceholders, placeholders, sampleValues, unknownPlaceholders } from './contractText.ts'

const nothing = Object.fromEntries(placeholders.map((name) => [name, null])) as Record<
  (typeof placeholders)[number],
  string | null
>

describe('合同模板的占位符', () => {
  it('认识的都填上,括号里有空格也认', () => {
    expect(fillText('甲方:{{客户名称}},金额 {{ 合同金额 }}', sampleValues)).toBe(
      '甲方:上海样例贸易有限公司,金额 ¥128,000.00',
    )
    for (const name of placeholders) expect(fillText(`{{${name}}}`, sampleValues)).toBe(sampleValues[name])
  })

  it('还不知道的留着,打印时变成填写的横线', () => {
    expect(fillText('签于{{签订日期}}', nothing)).toBe('签于{{签订日期}}')
    expect(fillText('签于{{签订日期}}', nothing, 'line')).toBe('签于________')
    expect(missingPlaceholders('{{签订日期}}{{合同号}}{{签订日期}}', { ...nothing, 合同号: 'HT1' })).toEqual([
      '签订日期',
    ])
  })

  it('不认识的逐个点名,各一次;值里的括号不再展开', () => {
    expect(unknownPlaceholders('{{甲方}}{{客户名称}}{{ 甲方 }}{{}}{{constructor}}')).toEqual([
      '甲方',
      '',
      'constructor',
    ])
    expect(unknownPlaceholders('没有占位符 { } {{没关')).toEqual([])
    expect(fillText('{{客户名称}}', { ...nothing, 客户名称: '{{合同号}}' })).toBe('{{合同号}}')
  })
})
