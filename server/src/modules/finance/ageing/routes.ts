import { ageing as api } from '@crm/shared/contract/ageing'
import { type Actor, nowOf } from '../../../core/access/actor.ts'
import type { Router } from '../../../core/http/bind.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { reportingAt } from '../../../db/known.ts'
import { lastRecorded } from '../ledger.ts'
import { ageingOf, ageingRows } from './ageing.ts'
import { readAgeingRules, setAgeingRules } from './rules.ts'
import { statementOf } from './statement.ts'

export function ageingRoutes({ open, read, write }: Router, { store }: ModuleDeps): void {
  /** What was recorded by then is committed: nothing of it turns up when the same is asked again. */
  const known = async <Q extends { readonly knownAt?: string }>(actor: Actor, query: Q) => {
    const last = await lastRecorded(store.read)
    return { ...query, knownAt: await reportingAt(store, { now: nowOf(actor), last, knownAt: query.knownAt }) }
  }
  open(api.table, async ({ actor, query, heavy }) => ageingOf(store.read, actor, await known(actor, query), heavy))
  open(api.rows, async ({ actor, query, heavy }) => ageingRows(store.read, actor, await known(actor, query), heavy))
  read(api.rules, (db) => readAgeingRules(db))
  write(api.setRules, (tx, { actor, body }) => setAgeingRules(tx, actor, body))
  read(api.statement, async (db, { actor, params, query }) =>
    statementOf(db, actor, params.id, await known(actor, query)),
  )
}
