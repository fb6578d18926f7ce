import { ageing as api } from '@crm/shared/contract/ageing'
import type { Router } from '../../../core/bind.ts'
import type { ModuleDeps } from '../../../core/module.ts'
import { ageingOf, ageingRows } from './ageing.ts'
import { statementOf } from './statement.ts'

export function ageingRoutes({ read, open }: Router, { store }: ModuleDeps): void {
  open(api.table, ({ actor, query, heavy }) => ageingOf(store.read, actor, query, heavy))
  open(api.rows, ({ actor, query, heavy }) => ageingRows(store.read, actor, query, heavy))
  read(api.statement, (db, { actor, params, query }) => statementOf(db, actor, params.id, query))
}
