import { pools as api } from '@crm/shared/contract/pools'
import type { ModuleDeps } from '../../../core/http/module.ts'
import type { Router } from '../../../core/http/bind.ts'
import { problem } from '../../../core/problem.ts'
import { listBatches, undoBatch } from './batches.ts'
import { assign, claim } from './claim.ts'
import { listAsked } from './asked.ts'
import { recycle } from './recycle.ts'
import { release, releaseMany } from './release.ts'
import { levelDaysOf, pools, setLevelDays } from './settings.ts'
import { preview } from './preview.ts'
import { customersIn, poolsOf } from './shown.ts'
import { decide, extend, lock, standingOf } from './standing.ts'

export function poolRoutes(
  { open, read, write }: Router,
  { clock, store, zone }: Pick<ModuleDeps, 'clock' | 'store' | 'zone'>,
): void {
  read(api.mine, (db, { actor }) => poolsOf(db, actor))
  read(api.extensions, (db, { actor }) => listAsked(db, actor, zone))
  read(api.batches, (db) => listBatches(db))
  open(api.recycle, async ({ actor }) => {
    const batch = await recycle(store, clock, actor)
    if (!batch) throw problem('illegal_move', '今天没有要回收的客户')
    return batch
  })
  open(api.undoBatch, ({ actor, params }) => undoBatch(store, actor, params.id))
  open(api.releaseMany, ({ actor, body }) => releaseMany(store, actor, body))

  read(api.list, (db, { actor, query, heavy }) => pools.list(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => pools.find(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => pools.create(tx, actor, body))
  write(api.update, (tx, { actor, params, body }) => pools.update(tx, actor, params.id, body))
  read(api.levelDays, (db, { actor, params }) => levelDaysOf(db, actor, params.id))
  write(api.setLevelDays, (tx, { actor, params, body }) => setLevelDays(tx, actor, params.id, body.items))
  read(api.customers, (db, { actor, params, query }) => customersIn(db, actor, params.id, query))
  read(api.preview, (db, { actor, params, query, heavy }) => preview(db, actor, params.id, query, { heavy, zone }))

  write(api.claim, (tx, { actor, params }) => claim(tx, actor, params.id))
  write(api.release, (tx, { actor, params, body }) => release(tx, actor, params.id, body))
  write(api.assign, (tx, { actor, params, body }) => assign(tx, actor, params.id, body.ownerId))
  read(api.standing, (db, { actor, params }) => standingOf(db, actor, params.id, zone))
  write(api.lock, (tx, { actor, params, body }) => lock(tx, actor, params.id, body.locked, zone))
  write(api.extend, (tx, { actor, params, body }) => extend(tx, actor, params.id, body, zone))
  write(api.decide, (tx, { actor, params, body }) => decide(tx, actor, params.id, body.grant, zone))
}
