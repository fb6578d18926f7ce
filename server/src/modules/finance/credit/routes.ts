import { credit as api } from '@crm/shared/contract/credit'
import type { Router } from '../../../core/bind.ts'
import { readCredit, setCredit } from './credit.ts'
import { readCreditRules, setCreditRules } from './rules.ts'

export function creditRoutes({ read, write }: Router): void {
  read(api.read, (db, { actor, params, query }) => readCredit(db, actor, params.id, query.orderId))
  write(api.set, (tx, { actor, params, body }) => setCredit(tx, actor, params.id, body))
  read(api.rules, (db) => readCreditRules(db))
  write(api.setRules, (tx, { actor, body }) => setCreditRules(tx, actor, body))
}
