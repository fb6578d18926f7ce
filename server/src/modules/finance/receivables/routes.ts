import { receivables as api } from '@crm/shared/contract/receivables'
import type { Router } from '../../../core/http/bind.ts'
import { planOf, setPlan } from './plan.ts'
import { findReceivable, listReceivables, undoWriteOff, writeOff } from './receivables.ts'

export function receivableRoutes({ read, write }: Router): void {
  read(api.list, (db, { actor, query, heavy }) => listReceivables(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => findReceivable(db, actor, params.id))
  write(api.writeOff, (tx, { actor, params, body }) => writeOff(tx, actor, params.id, body))
  write(api.undoWriteOff, (tx, { actor, params, body }) => undoWriteOff(tx, actor, params.id, body))
  read(api.orderPlan, (db, { actor, params }) => planOf(db, actor, { orderId: params.id }))
  read(api.contractPlan, (db, { actor, params }) => planOf(db, actor, { contractId: params.id }))
  write(api.setOrderPlan, (tx, { actor, params, body }) => setPlan(tx, actor, { orderId: params.id }, body.items))
  write(api.setContractPlan, (tx, { actor, params, body }) => setPlan(tx, actor, { contractId: params.id }, body.items))
}
