import type { ExpenseState } from '../entities/expense.ts'

/** What counts against profit: the view effectiveExpenses says the same in SQL. */
export const EFFECTIVE_EXPENSES = ['approved', 'paid'] as const satisfies readonly ExpenseState[]
/** What may still be rewritten or thrown away. */
export const isExpenseOpen = (state: ExpenseState): boolean => state === 'draft'

export const expenseMoves = {
  submit: { label: '提交', from: ['draft'] },
  withdraw: { label: '撤回', from: ['approving'] },
  pay: { label: '登记付款', from: ['approved'] },
  void: { label: '作废', from: ['approved', 'paid'] },
} as const satisfies Record<string, { readonly label: string; readonly from: readonly ExpenseState[] }>
export type ExpenseMove = keyof typeof expenseMoves
export const mayMoveExpense = (move: ExpenseMove, state: ExpenseState): boolean =>
  (expenseMoves[move].from as readonly ExpenseState[]).includes(state)
