import { dictionaryNames } from '@crm/shared/dictionaries'
import { entityInFile } from '@crm/shared/contract/importFields'
import { type ImportEntity, importEntities } from '@crm/shared/contract/imports'
import type { Field } from '@crm/shared/kernel/field'
import { isRequired } from '@crm/shared/kernel/schema'
import type { Writable } from 'node:stream'
import { writeBook } from '../../../core/exports/writeBook.ts'
import { EXAMPLE, examples } from './examples.ts'
import { importable } from './mapping.ts'

const LINES: Partial<Record<ImportEntity, string>> = {
  customerContact:
    '一行一位联系人:同一家客户的几位联系人写成几行,客户名称重复写,其余客户的列写一次就够;没有联系人的客户写一行。',
  order: '一行一条明细:编号相同的几行合成一张订单。',
}

/** What may stand in a column, in a few words. */
function wordsOf(field: Field): string {
  const help = field.help ?? ''
  switch (field.kind) {
    case 'option':
      return [`填:${Object.values(field.options).join('、')}`, help].filter(Boolean).join(';')
    case 'dict':
      return `填“${dictionaryNames[field.dictionary as keyof typeof dictionaryNames]}”里的一项`
    case 'flag':
      return '填:是、否'
    case 'day':
      return '日期,例如 2026-01-31'
    case 'money':
      return ['金额(元)', help].filter(Boolean).join(';')
    case 'rate':
      return help || '百分比,例如 13%'
    case 'ref':
      return field.to === 'user' ? '填操作员的姓名或用户名' : help
    default:
      return help
  }
}

/** The workbook somebody fills in: all columns by name, some filled rows, and on a second sheet what may stand where. */
export async function writeTemplate(entity: ImportEntity, target: Writable): Promise<void> {
  const fields = importable(entityInFile(entity))
  const columns = fields.map(([, field]) => ({
    header: `${field.label}${isRequired(field) ? '(必填)' : ''}`,
    // As text: a telephone number stays one, and an amount is read from it as well.
    kind: 'text' as const,
  }))
  const rows = examples[entity].map((row) => fields.map(([key]) => row[key] ?? null))
  const explained = [
    ['怎么填', null, [`以“${EXAMPLE}”开头的行只是样子,不会导入,可以删掉。`, LINES[entity]].filter(Boolean).join('')],
    ...fields.map(([, field]) => [field.label, isRequired(field) ? '必填' : null, wordsOf(field) || null]),
  ]
  await writeBook(target, [
    { sheetName: importEntities[entity], columns, rows },
    {
      sheetName: '填写说明',
      columns: [
        { header: '列', kind: 'text', width: 20 },
        { header: '要求', kind: 'text', width: 8 },
        { header: '可以填什么', kind: 'text', width: 80 },
      ],
      rows: explained,
    },
  ])
}
