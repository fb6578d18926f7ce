import { contracts as api, type ContractDetail } from '@crm/shared/contract/contracts'
import { contractMoves, contractMovesFrom } from '@crm/shared/rules/contractMoves'
import { useQueryCache } from '@pinia/colada'
import { shallowRef } from 'vue'
import { call } from '../../core/server/client'
import { confirm } from '../../core/confirm'
import { useSession } from '../../core/session'
import { toast } from '../../core/toast'
import { useAttempt } from '../../core/form/useAttempt'
import type { Contract } from './rows'

export const contractKey = (id: number) => ['contract', id]

/** After a write: every list of contracts, the page, the customer's timeline and 工作台 load again. */
export function useRefreshContracts() {
  const cache = useQueryCache()
  const stale = [['list', api.list.path], ['contract'], ['timeline'], ['home'], ['approvals']]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}

/** Steps taken at once, and those that ask something first. */
export type ContractStep = 'submit' | 'withdraw' | 'complete' | 'archive' | 'withdrawChange'
export type ContractAction = ContractStep | 'edit' | 'change' | 'sign' | 'void' | 'fill' | 'remove'
const MAY = {
  submit: 'contract.update',
  withdraw: 'contract.update',
  sign: 'contract.sign',
  change: 'contract.update',
  complete: 'contract.sign',
  archive: 'contract.sign',
  void: 'contract.void',
} as const
const DONE: Readonly<Record<ContractStep, string>> = {
  submit: '已提交',
  withdraw: '已撤回',
  complete: '已完成',
  archive: '已归档',
  withdrawChange: '已撤回变更',
}
const QUESTIONS: Partial<Record<ContractStep, string>> = {
  complete: '完成以后不能再变更或作废。',
  archive: '归档以后不能再做任何改动。',
}
const isByHand = (move: string): move is keyof typeof MAY => Object.hasOwn(MAY, move)

/** What may be done to a contract in its state, by whoever is signed in. */
export function useContractActions({ onRemoved }: { readonly onRemoved?: () => void } = {}) {
  const session = useSession()
  const refresh = useRefreshContracts()
  const { attempt, failure } = useAttempt(refresh)
  /** What is open: a form or a dialog, of this contract. */
  const open = shallowRef<{ readonly action: ContractAction; readonly row: Contract } | null>(null)

  const hasProposal = (row: Contract) =>
    ((row as Partial<ContractDetail>).revisions ?? []).some(({ state }) => state === 'proposed')
  function menuOf(row: Contract) {
    const isProposed = hasProposal(row)
    const moves = contractMovesFrom(row.state)
      .filter(isByHand)
      .filter((move) => session.can(MAY[move]))
      .filter((move) => !isProposed || move === 'void')
    const isDraft = row.state === 'draft'
    return [
      ...moves.filter((move) => move !== 'void').map((key) => ({ key, label: contractMoves[key].label })),
      ...(isProposed && session.can('contract.update') ? [{ key: 'withdrawChange', label: '撤回变更' }] : []),
      ...(isDraft && session.can('contract.update')
        ? [
            { key: 'edit', label: '编辑' },
            { key: 'fill', label: '按模板生成正文' },
          ]
        : []),
      ...(moves.includes('void') ? [{ key: 'void', label: '作废', divided: true }] : []),
      ...(isDraft && session.can('contract.delete') ? [{ key: 'remove', label: '删除' }] : []),
    ]
  }
  const take = (step: ContractStep, row: Contract) =>
    attempt(async () => {
      const detail = QUESTIONS[step]
      const label = step === 'withdrawChange' ? '撤回变更' : contractMoves[step].label
      if (detail && !(await confirm({ title: `${label}合同 ${row.number}?`, detail, yes: `${label}合同` }))) return
      const after = await call(api[step], { params: { id: row.id }, body: { version: row.version } })
      await refresh()
      const asked = step === 'submit' && after.state === 'approving' ? ',等待审批' : ''
      toast(`${DONE[step]} ${row.number}${asked}`)
    })
  const restore = (row: Contract) =>
    attempt(async () => {
      await call(api.restore, { params: { id: row.id } })
      await refresh()
      toast(`已恢复 ${row.number}`)
    })
  const remove = (row: Contract) =>
    attempt(async () => {
      await call(api.remove, { params: { id: row.id }, query: { version: row.version } })
      onRemoved?.()
      await refresh()
      toast(`已删除 ${row.number}`, { label: '撤销', run: () => void restore(row) })
    })
  function run(action: ContractAction, row: Contract): void {
    failure.value = null
    if (action === 'remove') void remove(row)
    else if (Object.hasOwn(DONE, action)) void take(action as ContractStep, row)
    else open.value = { action, row }
  }
  return { menuOf, hasProposal, open, failure, run, restore, close: () => (open.value = null) }
}
