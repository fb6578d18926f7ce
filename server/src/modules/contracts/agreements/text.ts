import type { ContractDetail, ContractRow, ContractText } from '@crm/shared/contract/contracts'
import { contract, contractTemplate } from '@crm/shared/entities/contract'
import { isContractOpen } from '@crm/shared/rules/contractMoves'
import { fillText, missingPlaceholders } from '@crm/shared/rules/contractText'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { checkPlaceholders, contracts, updateContract } from './contracts.ts'
import { signedWords, valuesOf } from './words.ts'

/** The text as it goes on paper: what is not known yet is a line to write on. */
export async function contractText(db: Read | Tx, actor: Actor, id: number): Promise<ContractText> {
  const row = await contracts.find(db, actor, id)
  const values = { ...(await valuesOf(db, row)), ...(await signedWords(db, id)) }
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
