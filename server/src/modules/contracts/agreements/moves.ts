import type { ContractDetail, ContractRow } from '@crm/shared/contract/contracts'
import { contract as entity, type ContractState, contractStates } from '@crm/shared/entities/contract'
import { type ContractMove, contractMoves, mayMoveContract } from '@crm/shared/rules/contractMoves'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import { stepsOf } from '../../../core/rows/steps.ts'
import type { Tx } from '../../../db/store.ts'
import { requestApproval, withdrawApproval } from '../../system/approvals/service.ts'
import { noticeBigDeal } from '../../system/bigDeals/service.ts'
import { type Followers, tellAll } from '../followers.ts'
import { contracts, detailOf } from './contracts.ts'
import { factsOf, keepFirst, mustHaveNoProposal, turnDown } from './revisions.ts'
import { keepWords } from './words.ts'

const steps = stepsOf(entity, contracts)

export function mustAllow(move: ContractMove, row: Raw): void {
  const state = row['state'] as ContractState
  if (!mayMoveContract(move, state))
    throw problem('illegal_move', `合同${contractStates[state]},不能${contractMoves[move].label}`)
}

/** The contract as stored, where this step may be taken on it. 404, 403, 409. */
export async function beforeMove(
  tx: Tx,
  actor: Actor,
  id: number,
  move: ContractMove,
  version: number,
  permission: string,
): Promise<Raw> {
  const row = await steps.held(tx, actor, id, version, permission)
  mustAllow(move, row)
  return row
}

/** Writes the step with its audit row; returns the contract as the API shows it. */
export async function step(
  tx: Tx,
  actor: Actor,
  row: Raw,
  action: string,
  columns: Raw,
  note: string | null = null,
): Promise<ContractRow> {
  await steps.write(tx, actor, row, action, columns, { note })
  return steps.shown(tx, actor, row['id'] as number)
}

const customerName = async (tx: Tx, id: unknown): Promise<string> =>
  (
    await tx
      .selectFrom('customers') // unscoped: of a contract that was reached
      .select('name')
      .where('id', '=', id as number)
      .executeTakeFirstOrThrow()
  ).name
/** `合同 HT202611-0042 · 平安银行`. */
export const titleOf = async (tx: Tx, row: Raw, what: string): Promise<string> =>
  `${what} ${row['number'] as string} · ${await customerName(tx, row['customerId'])}`

/** 大额业务提醒, when a contract in force comes over the limit: it is signed, or changed upwards. */
export async function noticeAmount(
  tx: Tx,
  actor: Actor,
  contract: ContractRow,
  beforeFen: number | null,
): Promise<void> {
  const { amountFen, customerId, id, ownerId } = contract
  await noticeBigDeal(tx, actor, {
    entity: entity.name,
    recordId: id,
    title: await titleOf(tx, { ...contract }, '合同'),
    customerId,
    ownerId,
    amountFen,
    beforeFen,
    link: `/contracts/${id}`,
  })
}

/** 待签 where nobody has to agree, else 审批中. */
export async function submitContract(tx: Tx, actor: Actor, id: number, version: number): Promise<ContractDetail> {
  const row = await beforeMove(tx, actor, id, 'submit', version, 'contract.update')
  const outcome = await requestApproval(tx, actor, {
    subject: 'contract',
    subjectId: id,
    title: await titleOf(tx, row, '合同'),
    customerId: row['customerId'] as number,
    amountFen: row['amountFen'] as number,
    facts: await factsOf(tx, row),
  })
  if (outcome === 'approved') await keepFirst(tx, actor, row)
  return detailOf(
    tx,
    actor,
    await step(tx, actor, row, 'submit', { state: outcome === 'approved' ? 'pending' : 'approving' }),
  )
}

export async function withdrawContract(tx: Tx, actor: Actor, id: number, version: number): Promise<ContractDetail> {
  const row = await beforeMove(tx, actor, id, 'withdraw', version, 'contract.update')
  await withdrawApproval(tx, actor, 'contract', id)
  return detailOf(tx, actor, await step(tx, actor, row, 'withdrawn', { state: contractMoves.withdraw.to }))
}

/** From here on it counts. */
export async function signContract(
  tx: Tx,
  actor: Actor,
  id: number,
  { signedOn, version }: { readonly version: number; readonly signedOn: string },
  followers: Followers,
): Promise<ContractDetail> {
  const row = await beforeMove(tx, actor, id, 'sign', version, 'contract.sign')
  if (signedOn > actor.today) throw invalidField('signedOn', '签订日期不能晚于今天')
  await mustHaveNoProposal(tx, id, '登记签订')
  const contract = await step(tx, actor, row, 'sign', { state: contractMoves.sign.to, signedOn })
  await keepWords(tx, contract)
  await noticeAmount(tx, actor, contract, null)
  await tellAll(followers, 'contractActive', tx, actor, contract)
  return detailOf(tx, actor, contract)
}

export async function completeContract(tx: Tx, actor: Actor, id: number, version: number): Promise<ContractDetail> {
  const row = await beforeMove(tx, actor, id, 'complete', version, 'contract.sign')
  await mustHaveNoProposal(tx, id, '完成')
  const done = { state: contractMoves.complete.to, completedAt: actor.at }
  return detailOf(tx, actor, await step(tx, actor, row, 'complete', done))
}

export async function archiveContract(tx: Tx, actor: Actor, id: number, version: number): Promise<ContractDetail> {
  const row = await beforeMove(tx, actor, id, 'archive', version, 'contract.sign')
  return detailOf(tx, actor, await step(tx, actor, row, 'archive', { state: contractMoves.archive.to }))
}

/** Refused while something above stands against it (money that came in, a valid invoice); what waits for consent is taken back. */
export async function voidContract(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: { readonly version: number; readonly reason: string },
  followers: Followers,
): Promise<ContractDetail> {
  const row = await beforeMove(tx, actor, id, 'void', version, 'contract.void')
  const [against] = (await tellAll(followers, 'againstVoid', tx, { contractId: id })).filter((word) => word !== null)
  if (against) throw problem('illegal_move', against)
  await withdrawApproval(tx, actor, 'contract', id)
  await withdrawApproval(tx, actor, 'contractChange', id)
  await turnDown(tx, actor, id)
  const contract = await step(tx, actor, row, 'void', { state: contractMoves.void.to, voidReason: reason })
  await tellAll(followers, 'contractVoided', tx, actor, contract)
  return detailOf(tx, actor, contract)
}
