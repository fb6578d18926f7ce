import type { ContractState } from '../entities/contract.ts'

/** What may still be rewritten freely; later there is only 变更. */
export const isContractOpen = (state: ContractState): boolean => state === 'draft'
/** Counts in every total: the view effectiveContracts says the same in SQL. */
export const EFFECTIVE_CONTRACTS = ['active', 'completed', 'archived'] as const satisfies readonly ContractState[]
export const isContractEffective = (state: ContractState): boolean =>
  (EFFECTIVE_CONTRACTS as readonly ContractState[]).includes(state)

interface Move {
  readonly label: string
  readonly from: readonly ContractState[]
  /** Where it leads; null where it stays, or where the step itself says (nobody has to agree: 待签 at once). */
  readonly to: ContractState | null
}
/** The life of a contract. `approve` and `refuse` are what an approval does; everything else is done by hand. */
export const contractMoves = {
  submit: { label: '提交', from: ['draft'], to: null },
  withdraw: { label: '撤回', from: ['approving'], to: 'draft' },
  approve: { label: '通过', from: ['approving'], to: 'pending' },
  refuse: { label: '驳回', from: ['approving'], to: 'draft' },
  sign: { label: '登记签订', from: ['pending'], to: 'active' },
  change: { label: '变更', from: ['pending', 'active'], to: null },
  complete: { label: '完成', from: ['active'], to: 'completed' },
  archive: { label: '归档', from: ['completed'], to: 'archived' },
  void: { label: '作废', from: ['draft', 'approving', 'pending', 'active'], to: 'void' },
} as const satisfies Record<string, Move>
export type ContractMove = keyof typeof contractMoves

export const mayMoveContract = (move: ContractMove, state: ContractState): boolean =>
  (contractMoves[move].from as readonly ContractState[]).includes(state)
export const contractMovesFrom = (state: ContractState): ContractMove[] =>
  (Object.keys(contractMoves) as ContractMove[]).filter((move) => mayMoveContract(move, state))
