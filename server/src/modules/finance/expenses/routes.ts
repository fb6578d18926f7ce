import { expenses as api } from '@crm/shared/contract/expenses'
import type { Router } from '../../../core/http/bind.ts'
import {
  createExpense,
  detailOf,
  expenses,
  findExpense,
  listExpenses,
  removeExpense,
  updateExpense,
} from './expenses.ts'
import { payExpense, submitExpense, voidExpense, withdrawExpense } from './moves.ts'

export function expenseRoutes({ read, write }: Router): void {
  read(api.list, (db, { actor, query, heavy }) => listExpenses(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => findExpense(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => createExpense(tx, actor, body))
  write(api.update, (tx, { actor, params, body }) => updateExpense(tx, actor, params.id, body))
  write(api.remove, (tx, { actor, params, query }) => removeExpense(tx, actor, params.id, query.version))
  write(api.restore, async (tx, { actor, params }) => detailOf(tx, await expenses.restore(tx, actor, params.id)))
  write(api.submit, (tx, { actor, params, body }) => submitExpense(tx, actor, params.id, body.version))
  write(api.withdraw, (tx, { actor, params, body }) => withdrawExpense(tx, actor, params.id, body.version))
  write(api.pay, (tx, { actor, params, body }) => payExpense(tx, actor, params.id, body))
  write(api.void, (tx, { actor, params, body }) => voidExpense(tx, actor, params.id, body))
}
