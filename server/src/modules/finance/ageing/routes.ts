import { ageing as api } from '@crm/shared/contract/ageing'
import type { Actor } from '../../../core/access/actor.ts'
import type { Router } from '../../../core/http/bind.ts'
import { later } from '../../../core/clock.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { settled } from '../../../db/settled.ts'
import { ageingOf, ageingRows } from './ageing.ts'
import { readAgeingRules, setAgeingRules } from './rules.ts'
import { statementOf } from './statement.ts'

/** Of an instant as late as this something may be under way still. */
const JUST_NOW_MS = 60_000

export function ageingRoutes({ open, read, write }: Router, { store }: ModuleDeps): void {
  /** What was recorded by then is committed: nothing of it turns up when the same is asked again. */
  const known = async (actor: Actor, knownAt: string | undefined) => {
    if (knownAt === undefined || knownAt > later(actor.at, -JUST_NOW_MS)) await settled(store)
  }
  open(api.table, async ({ actor, query, heavy }) => {
    await known(actor, query.knownAt)
    return ageingOf(store.read, actor, query, heavy)
  })
  open(api.rows, async ({ actor, query, heavy }) => {
    await known(actor, query.knownAt)
    return ageingRows(store.read, actor, query, heavy)
  })
  read(api.rules, (db) => readAgeingRules(db))
  write(api.setRules, (tx, { actor, body }) => setAgeingRules(tx, actor, body))
  read(api.statement, async (db, { actor, params, query }) => {
    await known(actor, query.knownAt)
    return statementOf(db, actor, params.id, query)
  })
}
