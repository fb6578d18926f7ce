import { describe, expect, it } from 'vitest'
import { type ContractState, contractStates } from '../entities/contract.ts'
import {
  type ContractMove,
  contractMoves,
  contractMovesFrom,
  EFFECTIVE_CONTRACTS,
  isContractEffective,
  isContractOpen,
  mayMoveContract,
} from './contractMoves.ts'

const states = Object.keys(contractStates) as ContractState[]
/** Written down apart from the product: every state, and all that may be done in it. */
const allowed: Readonly<Record<ContractState, readonly ContractMove[]>> = {
  draft: ['submit', 'void'],
  approving: ['withdraw', 'approve', 'refuse', 'void'],
  pending: ['sign', 'change', 'void'],
  active: ['change', 'complete', 'void'],
  completed: ['archive'],
  archived: [],
  void: [],
}

describe('合同的每一步', () => {
  for (const state of states)
    for (const move of Object.keys(contractMoves) as ContractMove[])
      it(`${contractStates[state]}:${allowed[state].includes(move) ? '可以' : '不能'}${contractMoves[move].label}`, () =>
        expect(mayMoveContract(move, state)).toBe(allowed[state].includes(move)))

  it('每个状态能做的事就是表里那些', () => {
    for (const state of states) expect(contractMovesFrom(state)).toEqual(allowed[state])
  })

  it('每一步都走到该去的状态;算数的只有履行中、已完成、已归档', () => {
    expect(Object.fromEntries(Object.entries(contractMoves).map(([move, { to }]) => [move, to]))).toEqual({
      submit: null,
      withdraw: 'draft',
      approve: 'pending',
      refuse: 'draft',
      sign: 'active',
      change: null,
      complete: 'completed',
      archive: 'archived',
      void: 'void',
    })
    expect(states.filter(isContractEffective)).toEqual([...EFFECTIVE_CONTRACTS])
    expect(states.filter(isContractOpen)).toEqual(['draft'])
  })
})
