import type { ContractCreate, ContractDetail } from '@crm/shared/contract/contracts'
import { contract as entity } from '@crm/shared/entities/contract'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import { snapshot, storedRow } from '../../../core/rows/rows.ts'
import { dropTokens } from '../../../db/search.ts'
import type { Tx } from '../../../db/store.ts'
import { hasReminders } from '../../customers/service.ts'
import { contracts, createContract, findContract } from './contracts.ts'
import { step } from './moves.ts'
import { keepFirst } from './revisions.ts'
import { keepWords } from './words.ts'

/** A contract from elsewhere keeps its number; one that was signed is 履行中 at once, with its first version. */
export async function importContract(
  tx: Tx,
  actor: Actor,
  { number, ...body }: ContractCreate & { readonly number?: string | null },
): Promise<ContractDetail> {
  if (body.signedOn && body.signedOn > actor.today) throw invalidField('signedOn', '签订日期不能晚于今天')
  const made = await createContract(tx, actor, body, number ?? null)
  if (!made.signedOn) return made
  const row = (await storedRow(tx, entity, made.id))!
  await keepFirst(tx, actor, row)
  await keepWords(tx, await step(tx, actor, row, 'sign', { state: 'active' }, '导入已签订的合同'))
  return findContract(tx, actor, made.id)
}

const HUNG = [
  ['orders', '已有订单'],
  ['receivables', '已有应收'],
  ['invoices', '已有发票'],
  ['expenses', '已有费用'],
] as const

/** Takes back what an import made a moment ago; says in words what keeps it. The complete row stays in the audit log. */
export async function withdrawImported(tx: Tx, actor: Actor, id: number): Promise<string | null> {
  await contracts.reach(tx, actor, id, 'contract.delete')
  for (const [table, reason] of HUNG)
    // unscoped: of a contract the actor has just been let to
    if (await tx.selectFrom(table).select('id').where('contractId', '=', id).limit(1).executeTakeFirst()) return reason
  const file = await tx
    .selectFrom('documents') // unscoped: of a contract the actor has just been let to
    .select('id')
    .where('subjectType', '=', 'contract')
    .where('subjectId', '=', id)
    .limit(1)
    .executeTakeFirst()
  if (file) return '已有附件'
  if (await hasReminders(tx, 'contract', id)) return '已有提醒'
  const before = (await storedRow(tx, entity, id))!
  await tx.deleteFrom('contractRevisions').where('contractId', '=', id).execute()
  await tx.deleteFrom('contractReminders').where('contractId', '=', id).execute()
  await dropTokens(tx, 'contractSearch', id)
  await tx.deleteFrom('contracts').where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: 'contract',
    recordId: id,
    action: 'withdraw',
    before: snapshot(entity, before),
    note: '撤销导入',
  })
  return null
}
