import type { ContractRow } from '@crm/shared/contract/contracts'
import { paymentTerms } from '@crm/shared/entities/customer'
import { formatYuan } from '@crm/shared/money'
import type { Placeholder, PlaceholderValues } from '@crm/shared/rules/contractText'
import { upperYuan } from '@crm/shared/rules/upperYuan'
import type { Raw } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { readSettings } from '../../system/settings/service.ts'

/** `2026年11月22日`. */
const inWords = (day: string | null) =>
  day && `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`
const termsInWords = ({ terms, termsDays }: Pick<ContractRow, 'terms' | 'termsDays'>) =>
  terms && `${paymentTerms[terms]}${termsDays ? ` ${termsDays} 天` : ''}`

/** What the places of a contract text stand for; null where it is not known yet. */
export async function valuesOf(db: Read | Tx, row: ContractRow): Promise<PlaceholderValues> {
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

/** What a contract text says of people and companies: it is theirs to change, and must not change what was signed. */
const OTHERS = [
  '客户名称',
  '客户税号',
  '客户地址',
  '联系人',
  '合同类型',
  '业务员',
  '公司名称',
] as const satisfies readonly Placeholder[]
/** Beside the content of a version; no column is called so. */
const KEY = 'words'

const inForce = (db: Read | Tx, contractId: number) =>
  (db as Read)
    .selectFrom('contractRevisions')
    .select(['id', 'content'])
    .where('contractId', '=', contractId)
    .where('state', '=', 'inForce')
    .executeTakeFirst()

/** The version in force was signed: from now on its text calls everybody what they are called today. */
export async function keepWords(tx: Tx, row: ContractRow): Promise<void> {
  const version = await inForce(tx, row.id)
  if (!version) return
  const values = await valuesOf(tx, row)
  const words = Object.fromEntries(OTHERS.map((name) => [name, values[name]]))
  const content = JSON.stringify({ ...(JSON.parse(version.content) as Raw), [KEY]: words })
  await tx.updateTable('contractRevisions').set({ content }).where('id', '=', version.id).execute()
}

/** Names as they were when it was signed; nothing of a contract that was not. */
export async function signedWords(db: Read | Tx, contractId: number): Promise<Partial<PlaceholderValues>> {
  const version = await inForce(db, contractId)
  return ((version && (JSON.parse(version.content) as Raw)[KEY]) ?? {}) as Partial<PlaceholderValues>
}
