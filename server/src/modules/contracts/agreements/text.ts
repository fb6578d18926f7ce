import type { ContractDetail, ContractRow, ContractText } from '@crm/shared/contract/contracts'
import { contract, contractTemplate } from '@crm/shared/entities/contract'
import { paymentTerms } from '@crm/shared/entities/customer'
import { formatYuan } from '@crm/shared/money'
import { isContractOpen } from '@crm/shared/rules/contractMoves'
import { fillText, missingPlaceholders, type PlaceholderValues } from '@crm/shared/rules/contractText'
import { upperYuan } from '@crm/shared/rules/upperYuan'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { readSettings } from '../../system/settings/service.ts'
import { checkPlaceholders, contracts, updateContract } from './contracts.ts'

/** `2026年11月22日`. */
const inWords = (day: string | null) =>
  day && `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`
const termsInWords = ({ terms, termsDays }: Pick<ContractRow, 'terms' | 'termsDays'>) =>
  terms && `${paymentTerms[terms]}${termsDays ? ` ${termsDays} 天` : ''}`

/** What the places of a contract text stand for; null where it is not known yet. */
async function valuesOf(db: Read | Tx, row: ContractRow): Promise<PlaceholderValues> {
  const customer = await (db as Read)
    .selectFrom('customers') // unscoped: of a contract that was reached
    .select(['name', 'creditCode', 'address'])
    .where('id', '=', row.customerId)
    .executeTakeFirstOrThrow()
  const type = row.type
    ? await (db as Read)
        .selectFrom('dictItems')
        .select('label')
        .where('dictionary', '=', 'contractType')
        .where('code', '=', row.type)
        .executeTakeFirst()
    : undefined
  return {
    客户名称: customer.name,
    客户税号: customer.creditCode,
    客户地址: customer.address,
    联系人: row.contactName,
    合同号: row.number,
    合同名称: row.title,
    合同类型: type?.label ?? null,
    合同金额: `¥${formatYuan(row.amountFen)}`,
    金额大写: upperYuan(row.amountFen),
    签订日期: inWords(row.signedOn),
    开始日期: inWords(row.startOn),
    结束日期: inWords(row.endOn),
    结算方式: termsInWords(row),
    我方签约人: row.ourSigner,
    对方签约人: row.theirSigner,
    业务员: row.ownerName,
    公司名称: (await readSettings(db)).company || null,
  }
}

/** The text as it goes on paper: what is not known yet is a line to write on. */
export async function contractText(db: Read | Tx, actor: Actor, id: number): Promise<ContractText> {
  const row = await contracts.find(db, actor, id)
  const values = await valuesOf(db, row)
  const body = row.body ?? ''
  return { text: fillText(body, values, 'line'), missing: missingPlaceholders(body, values) }
}

/** A draft gets its text from a template; places without a value stay, and are filled when they have one. */
export async function fillFromTemplate(
  tx: Tx,
  actor: Actor,
  id: number,
  { templateId, version }: { readonly version: number; readonly templateId: number },
): Promise<ContractDetail> {
  await contracts.reach(tx, actor, id, 'contract.update')
  const row = (await storedRow(tx, contract, id)) as unknown as ContractRow
  if (!isContractOpen(row.state)) throw problem('illegal_move', '只有草稿可以按模板重写正文')
  const template = await storedRow(tx, contractTemplate, templateId)
  if (!template || template['deletedAt'] || template['active'] !== 1)
    throw invalidField('templateId', '模板不存在或已停用')
  return updateContract(tx, actor, id, { version, body: template['body'] as string })
}

const templates = crud(contractTemplate)
type Template = Parameters<typeof templates.create>[2]
/** 合同模板: refused while it names a place nobody can fill. */
export const contractTemplates = {
  ...templates,
  create(tx: Tx, actor: Actor, body: Template) {
    checkPlaceholders(body.body)
    return templates.create(tx, actor, body)
  },
  update(tx: Tx, actor: Actor, id: number, patch: Parameters<typeof templates.update>[3]) {
    if (patch.body !== undefined) checkPlaceholders(patch.body)
    return templates.update(tx, actor, id, patch)
  },
}
