import { CHANGEABLE, type ContractChange, type ContractDetail, type ContractRow } from '@crm/shared/contract/contracts'
import { contract as entity } from '@crm/shared/entities/contract'
import { formatYuan } from '@crm/shared/money'
import { contractMoves, isContractEffective } from '@crm/shared/rules/contractMoves'
import { diffWords } from '@crm/shared/rules/textDiff'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { checkReferences } from '../../../core/rows/references.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { partiesOf } from '../../customers/service.ts'
import { type ApprovalSubject, requestApproval, withdrawApproval } from '../../system/approvals/service.ts'
import { type Followers, tellAll } from '../followers.ts'
import { checkTerms, contracts, detailOf, findContract } from './contracts.ts'
import { beforeMove, mustAllow, noticeAmount, step, titleOf } from './moves.ts'
import {
  changesBetween,
  contentOf,
  keepFirst,
  mustHaveNoProposal,
  propose,
  proposedOf,
  putInForce,
  turnDown,
} from './revisions.ts'
import { indexTitle } from './titled.ts'
import { keepWords } from './words.ts'

const textOf = (content: Raw) => (content['body'] as string | null) ?? ''

/** Proposes the next version. The one in force stays, and counts, until somebody agrees; where nobody has to, it is replaced at once. */
export async function proposeChange(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version, ...changed }: ContractChange,
  followers: Followers,
): Promise<ContractDetail> {
  await contracts.reach(tx, actor, id, 'contract.update')
  await checkReferences(tx, entity, changed, (await storedRow(tx, entity, id))!)
  const row = await beforeMove(tx, actor, id, 'change', version, 'contract.update')
  if (!reason?.trim()) throw invalidField('reason', '变更原因不能为空')
  await mustHaveNoProposal(tx, id, '再提出变更')
  const current = contentOf(row)
  const content = contentOf({ ...current, ...changed })
  const differing = CHANGEABLE.filter((key) => content[key] !== current[key])
  if (differing.length === 0) throw invalidField('reason', '没有改动任何内容')
  checkTerms(content as unknown as ContractRow)
  await checkAmount(tx, row, content, followers)
  if (differing.includes('contactId')) {
    const { contactId } = content as { contactId: number | null }
    await partiesOf(tx, actor, { customerId: row['customerId'] as number, contactId, ownerId: null })
  }
  await propose(tx, actor, row, { content, reason: reason.trim() })
  const outcome = await requestApproval(tx, actor, {
    subject: 'contractChange',
    subjectId: id,
    title: await titleOf(tx, row, '合同变更'),
    customerId: row['customerId'] as number,
    // Whoever has to agree to an amount has to agree to giving it up too.
    amountFen: Math.max(row['amountFen'] as number, content['amountFen'] as number),
    facts: [
      { label: '变更原因', value: reason.trim() },
      ...(await changesBetween(tx, current, content)).map(({ after, before: was, field, label }) => ({
        label,
        value: field === 'body' ? diffWords(textOf(current), textOf(content)) : `${was} → ${after}`,
      })),
    ],
  })
  // The row moves on either way: of two proposals made at once the second one is told.
  const proposed = await step(tx, actor, row, 'change', {}, reason.trim())
  return detailOf(tx, actor, outcome === 'approved' ? await applyChange(tx, actor, id, followers) : proposed)
}

async function checkAmount(tx: Tx, row: Raw, content: Raw, followers: Followers): Promise<void> {
  const amountFen = content['amountFen'] as number
  if (amountFen >= (row['amountFen'] as number)) return
  const of = { contractId: row['id'] as number, amountFen }
  const [against] = (await tellAll(followers, 'againstAmount', tx, of)).filter((word) => word !== null)
  const message = against ?? (await orderedAgainst(tx, of))
  if (message) throw problem('illegal_move', message, { errors: [{ field: 'amountFen', message }] })
}

/** What its orders sold already is not taken out of a contract, unless they are voided or the goods come back. */
async function orderedAgainst(tx: Tx, of: { contractId: number; amountFen: number }): Promise<string | null> {
  const found = await tx
    .selectFrom('effectiveOrders')
    .select((eb) => eb.fn.sum<number | string | null>('netFen').as('fen'))
    .where('contractId', '=', of.contractId)
    .executeTakeFirstOrThrow()
  const fen = Number(found.fen ?? 0)
  if (fen <= of.amountFen) return null
  return `合同下的订单成交 ${formatYuan(fen)} 元,合同额不能改为 ${formatYuan(of.amountFen)} 元:先作废订单或登记退货`
}

/** The proposed version comes into force: its values replace those of the contract, whose older version is kept. */
async function applyChange(tx: Tx, actor: Actor, id: number, followers: Followers): Promise<ContractRow> {
  const row = (await storedRow(tx, entity, id))!
  mustAllow('change', row)
  const proposed = await proposedOf(tx, id)
  if (!proposed) throw problem('illegal_move', '没有等待批准的变更')
  const content = await putInForce(tx, actor, id, proposed.id)
  await checkAmount(tx, row, content, followers)
  const changed = await step(tx, actor, row, 'changed', { ...content, revision: proposed.revision }, proposed.reason)
  await indexTitle(tx, id, changed.title)
  if (isContractEffective(changed.state)) {
    await keepWords(tx, changed)
    await noticeAmount(tx, actor, changed, row['amountFen'] as number)
  }
  return changed
}

async function dropChange(tx: Tx, actor: Actor, id: number, action: string, note: string | null): Promise<void> {
  const row = (await storedRow(tx, entity, id))!
  await turnDown(tx, actor, id)
  await step(tx, actor, row, action, {}, note)
}

export async function withdrawChange(tx: Tx, actor: Actor, id: number, version: number): Promise<ContractDetail> {
  await beforeMove(tx, actor, id, 'change', version, 'contract.update')
  if (!(await proposedOf(tx, id))) throw problem('illegal_move', '没有等待批准的变更')
  await withdrawApproval(tx, actor, 'contractChange', id)
  await dropChange(tx, actor, id, 'withdrawChange', null)
  return findContract(tx, actor, id)
}

const link = (id: number) => `/contracts/${id}`
/** What consent to a contract, and to a change of one, leads to. */
export const contractSubjects = (followers: Followers): readonly ApprovalSubject[] => [
  {
    subject: 'contract',
    record: entity,
    link,
    async approved(tx, actor, id) {
      const row = (await storedRow(tx, entity, id))!
      mustAllow('approve', row)
      await keepFirst(tx, actor, row)
      await step(tx, actor, row, 'approved', { state: contractMoves.approve.to })
    },
    async refused(tx, actor, id, reason) {
      const row = (await storedRow(tx, entity, id))!
      mustAllow('refuse', row)
      await step(tx, actor, row, 'refused', { state: contractMoves.refuse.to }, reason)
    },
    async withdrawn(tx, actor, id) {
      const row = (await storedRow(tx, entity, id))!
      mustAllow('withdraw', row)
      await step(tx, actor, row, 'withdrawn', { state: contractMoves.withdraw.to })
    },
  },
  {
    subject: 'contractChange',
    record: entity,
    link,
    approved: async (tx, actor, id) => void (await applyChange(tx, actor, id, followers)),
    refused: (tx, actor, id, reason) => dropChange(tx, actor, id, 'refuseChange', reason),
    withdrawn: (tx, actor, id) => dropChange(tx, actor, id, 'withdrawChange', null),
  },
]
