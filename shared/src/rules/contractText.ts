/** What a contract text may leave to be filled in: `{{客户名称}}`. One list for templates, texts and the help beside the editor. */
export const placeholders = [
  '客户名称',
  '客户税号',
  '客户地址',
  '联系人',
  '合同号',
  '合同名称',
  '合同类型',
  '合同金额',
  '金额大写',
  '签订日期',
  '开始日期',
  '结束日期',
  '结算方式',
  '我方签约人',
  '对方签约人',
  '业务员',
  '公司名称',
] as const
export type Placeholder = (typeof placeholders)[number]
export type PlaceholderValues = Readonly<Record<Placeholder, string | null>>

const SLOT = /\{\{\s*([^{}\n]{0,40}?)\s*\}\}/gu
const isKnown = (name: string): name is Placeholder => (placeholders as readonly string[]).includes(name)

/** Names in braces that nobody knows, each once, in their order. */
export const unknownPlaceholders = (text: string): string[] => [
  ...new Set([...text.matchAll(SLOT)].map(([, name]) => name!).filter((name) => !isKnown(name))),
]
/** What is not known yet and still asked for, each once. */
export const missingPlaceholders = (text: string, values: PlaceholderValues): Placeholder[] =>
  [
    ...new Set([...text.matchAll(SLOT)].map(([, name]) => name!).filter((name) => isKnown(name) && !values[name])),
  ] as Placeholder[]

/** On paper an empty place is a line to write on. */
export const BLANK_LINE = '________'

/** The text with its places filled; what has no value yet stays as it is, or becomes a line to write on. */
export const fillText = (text: string, values: PlaceholderValues, blank: 'keep' | 'line' = 'keep'): string =>
  text.replace(SLOT, (slot, name: string) => {
    if (!isKnown(name)) return slot
    return values[name] || (blank === 'line' ? BLANK_LINE : slot)
  })

/** For looking at a template before there is a contract. */
export const sampleValues: PlaceholderValues = {
  客户名称: '上海样例贸易有限公司',
  客户税号: '91310115MA1K4XJ20P',
  客户地址: '上海市浦东新区世纪大道 100 号',
  联系人: '李明',
  合同号: 'HT202611-0042',
  合同名称: '轴承年度供货合同',
  合同类型: '销售合同',
  合同金额: '¥128,000.00',
  金额大写: '壹拾贰万捌仟元整',
  签订日期: '2026年11月22日',
  开始日期: '2026年12月1日',
  结束日期: '2027年11月30日',
  结算方式: '月结 30 天',
  我方签约人: '王芳',
  对方签约人: '李明',
  业务员: '王芳',
  公司名称: '我方公司',
}
