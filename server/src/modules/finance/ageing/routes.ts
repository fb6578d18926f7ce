import { ageing as api } from '@crm/shared/contract/ageing'
import type { Router } from '../../../core/bind.ts'
import type { ModuleDeps } from '../../../core/module.ts'
import { ageingOf, ageingRows } from './ageing.ts'
import { readAgeingRules, setAgeingRules } from './rules.ts'
import { statementOf } from './statement.ts'

export function ageingRoutes({ open, read, write }: Router, { store }: ModuleDeps): void {
  open(api.table, ({ actor, query, heavy }) => ageingOf(store.read, actor, query, heavy))
  open(api.rows, ({ actor, query, heavy }) => ageingRows(store.read, actor, query, heavy))
  read(api.rules, (db) => readAgeingRules(db))
  write(api.setRules, (tx, { actor, body }) => setAgeingRules(tx, actor, body))
  read(api.statement, (db, { actor, params, query }) => statementOf(db, actor, params.id, query))
}
