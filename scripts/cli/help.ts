import type { CliVerb } from './verb.ts'

const COMMON = { json: '结果以一行 JSON 写到标准输出的最后一行', help: '显示说明' }
const CODES = '退出码:0 成功 · 1 失败 · 2 用法有误 · 3 条件不满足 · 4 校验未通过'

export function helpOf(verb: CliVerb): string {
  const options = Object.entries({ ...verb.explains, ...COMMON })
  const lines = options.map(([name, meaning]) => `  ${/^[a-z-]+$/.test(name) ? `--${name}` : name}  ${meaning}`)
  return [
    `${verb.summary}`,
    '',
    `用法:npm run crm -- ${verb.name} ${verb.usage}`.trimEnd(),
    '',
    ...lines,
    '',
    '例:',
    ...verb.examples.map((example) => `  ${example}`),
    '',
    CODES,
  ].join('\n')
}

export function helpOfAll(verbs: readonly CliVerb[]): string {
  const width = Math.max(...verbs.map(({ name }) => name.length))
  return [
    '用法:npm run crm -- <命令> [参数]   每个命令都有 --help 和 --json',
    '',
    ...verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    CODES,
  ].join('\n')
}
