import { receipts as api } from '@crm/shared/contract/receipts'
import type { Router } from '../../../core/http/bind.ts'
import { allocateReceipt, confirmReceipt, createReceipt, findReceipt, listReceipts, voidReceipt } from './receipts.ts'
import { readReceiptRules, setReceiptRules } from './rules.ts'

export function receiptRoutes({ read, write }: Router): void {
  read(api.list, (db, { actor, query, heavy }) => listReceipts(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => findReceipt(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => createReceipt(tx, actor, body))
  write(api.confirm, (tx, { actor, params, body }) => confirmReceipt(tx, actor, params.id, body))
  write(api.allocate, (tx, { actor, params, body }) => allocateReceipt(tx, actor, params.id, body))
  write(api.void, (tx, { actor, params, body }) => voidReceipt(tx, actor, params.id, body))
  read(api.rules, (db) => readReceiptRules(db))
  write(api.setRules, (tx, { actor, body }) => setReceiptRules(tx, actor, body))
}
