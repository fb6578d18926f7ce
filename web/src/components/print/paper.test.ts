import { expect, it } from 'vitest'
import { pageRules } from './paper'

const words = { title: '对账单', printed: '打印人:钱财务' }

it('几家的对账单一起印,续页上写着各自是谁的,最后不多出一页', () => {
  const rules = pageRules('A4', {
    ...words,
    parts: [
      { page: 'statement-1', title: '对账单 上海申诺' },
      { page: 'statement-2', title: '对账单 "苏州"恒达' },
    ],
  })
  expect(rules).toContain('@page statement-1 { @top-left { content: "对账单 上海申诺" } }')
  expect(rules).toContain(String.raw`@page statement-2 { @top-left { content: "对账单 \"苏州\"恒达" } }`)
  expect(rules).toContain('body { page: statement-2 }')
})

it('只印一份的没有另外的页名', () => {
  expect(pageRules('A5', words)).not.toContain('body')
})
