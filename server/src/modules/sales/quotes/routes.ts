import { quotes as api } from '@crm/shared/contract/quotes'
import type { Router } from '../../../core/http/bind.ts'
import { acceptQuote, declineQuote, renewQuote, sendQuote } from './moves.ts'
import { createQuote, findQuote, listQuotes, updateQuote } from './quotes.ts'
import { copyQuote, removeQuote, restoreQuote, reviseQuote } from './versions.ts'

/** 转订单 is a matter of orders: modules/contracts/orders. */
export function quoteRoutes({ read, write }: Router): void {
  read(api.list, (db, { actor, query, heavy }) => listQuotes(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => findQuote(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => createQuote(tx, actor, body as never))
  write(api.update, (tx, { actor, params, body }) => updateQuote(tx, actor, params.id, body as never))
  write(api.remove, (tx, { actor, params, query }) => removeQuote(tx, actor, params.id, query.version))
  write(api.restore, (tx, { actor, params }) => restoreQuote(tx, actor, params.id))
  write(api.send, (tx, { actor, params, body }) => sendQuote(tx, actor, params.id, body.version))
  write(api.accept, (tx, { actor, params, body }) => acceptQuote(tx, actor, params.id, body.version))
  write(api.decline, (tx, { actor, params, body }) => declineQuote(tx, actor, params.id, body))
  write(api.renew, (tx, { actor, params, body }) => renewQuote(tx, actor, params.id, body))
  write(api.revise, (tx, { actor, params, body }) => reviseQuote(tx, actor, params.id, body.version))
  write(api.copy, (tx, { actor, params }) => copyQuote(tx, actor, params.id))
}
