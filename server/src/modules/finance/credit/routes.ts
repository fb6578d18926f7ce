import { credit as api } from '@crm/shared/contract/credit'
import type { Router } from '../../../core/http/bind.ts'
import { readCredit, setCredit } from './credit.ts'
import { createGroup, listGroups, removeGroup, updateGroup } from './groups.ts'
import { readCreditRules, setCreditRules } from './rules.ts'

export function creditRoutes({ read, write }: Router): void {
  read(api.read, (db, { actor, params, query }) => readCredit(db, actor, params.id, query.orderId))
  write(api.set, (tx, { actor, params, body }) => setCredit(tx, actor, params.id, body))
  read(api.groups, (db) => listGroups(db))
  write(api.createGroup, (tx, { actor, body }) => createGroup(tx, actor, body))
  write(api.updateGroup, (tx, { actor, params, body }) => updateGroup(tx, actor, params.id, body))
  write(api.removeGroup, (tx, { actor, params, query }) => removeGroup(tx, actor, params.id, query.version))
  read(api.rules, (db) => readCreditRules(db))
  write(api.setRules, (tx, { actor, body }) => setCreditRules(tx, actor, body))
}
