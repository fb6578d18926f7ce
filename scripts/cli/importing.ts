import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { importModes, type ImportEntity, type ImportMode } from '@crm/shared/contract/imports'
import { Refusal } from '@crm/server/core/refusal'
import { perform } from './perform.ts'
import { type CliVerb, flag, text } from './verb.ts'

const ENTITIES: Readonly<Record<string, ImportEntity>> = {
  customers: 'customer',
  'customers-contacts': 'customerContact',
  contacts: 'contact',
  products: 'product',
  contracts: 'contract',
  orders: 'order',
  receipts: 'receipt',
}

/** `表头=field,表头2=field2`; a heading may hold an equals sign, a field cannot. */
export function mappingOf(written: string): Record<string, string> {
  const pairs = written.split(',').map((pair) => {
    const at = pair.lastIndexOf('=')
    const [header, field] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    if (at < 1 || !header || !field) throw new Refusal('usage', `--map 应写成 表头=字段,表头=字段,而不是“${pair}”`)
    return [header, field] as const
  })
  return Object.fromEntries(pairs)
}

export const importing: readonly CliVerb[] = [
  {
    name: 'import',
    summary: '导入客户、联系人、产品、合同、订单或回款(.xlsx、.csv、.txt)',
    usage: `customers|customers-contacts|contacts|products|contracts|orders|receipts FILE [--map '表头=字段,…'] [--dry-run] [--on-duplicate skip|update|create]`,
    options: { map: text, 'dry-run': flag, 'on-duplicate': text },
    explains: {
      map: '哪一列是哪个字段,补充或改正自动识别的结果',
      'dry-run': '只检查,不写入',
      'on-duplicate': `重复时:${Object.entries(importModes)
        .map(([name, label]) => `${name} ${label}`)
        .join(',')};默认 skip`,
    },
    examples: [
      "npm run crm -- import customers 客户.xlsx --map 'A股代码=number,公司全称=name'",
      'npm run crm -- import contacts 联系人.csv --dry-run --json',
      'npm run crm -- import products 产品.xlsx --on-duplicate update',
    ],
    words: [2, 2],
    async run({ config, say, values, words }) {
      const [what = '', file = ''] = words
      const entity = Object.hasOwn(ENTITIES, what) ? ENTITIES[what] : undefined
      if (!entity) throw new Refusal('usage', `不能导入“${what}”,可以导入:${Object.keys(ENTITIES).join('、')}`)
      const mode = typeof values['on-duplicate'] === 'string' ? values['on-duplicate'] : 'skip'
      if (!Object.hasOwn(importModes, mode))
        throw new Refusal('usage', `--on-duplicate 应为 ${Object.keys(importModes).join('、')} 之一`)
      const path = resolve(file)
      if (!existsSync(path)) throw new Refusal('precondition', `没有文件 ${path}`)
      const mapping = typeof values['map'] === 'string' ? { mapping: mappingOf(values['map']) } : {}
      const args = {
        entity,
        file: path,
        fileName: basename(path),
        mode: mode as ImportMode,
        dryRun: values['dry-run'] === true,
        ...mapping,
      }
      const report = await perform(config, 'import', args, say)
      const { id, total, created, updated, skipped, duplicates, failed } = report
      if (report.state === 'failed') throw new Refusal('failure', report.problem ?? '导入没有完成')
      const head = args.dryRun ? '检查完毕,没有写入' : '导入完毕'
      const lines = [
        `${head}(批次 ${id}):共 ${total} 行,新建 ${created},更新 ${updated},跳过 ${skipped},重复 ${duplicates},失败 ${failed}`,
        ...report.warnings,
      ]
      return { json: { id, total, created, updated, skipped, duplicates, failed }, text: lines.join('\n') }
    },
  },
]
