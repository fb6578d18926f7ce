import { deliveries as api } from '@crm/shared/contract/deliveries'
import type { Router } from '../../../core/http/bind.ts'
import type { Followers } from '../followers.ts'
import { readBoard, readOnTime } from './board.ts'
import { findDelivery, listDeliveries } from './deliveries.ts'
import { deliver, voidDelivery } from './moves.ts'
import { askRelease, releaseOf } from './release.ts'
import { readDeliveryRules, replaceDeliveryRules } from './rules.ts'

export const deliveryRoutes =
  (followers: Followers) =>
  ({ read, write }: Router): void => {
    read(api.board, (db, { actor, heavy, query }) => readBoard(db, actor, query, { heavy }))
    read(api.onTime, (db, { actor, query, heavy }) => readOnTime(heavy, db, actor, query))
    read(api.list, (db, { actor, query, heavy }) => listDeliveries(db, actor, query, { heavy }))
    read(api.get, (db, { actor, params }) => findDelivery(db, actor, params.id))
    write(api.create, (tx, { actor, body }) => deliver(tx, actor, body as never, followers))
    write(api.void, (tx, { actor, params, body }) => voidDelivery(tx, actor, params.id, body, followers))
    read(api.release, (db, { actor, params }) => releaseOf(db, actor, params.id, followers))
    write(api.askRelease, (tx, { actor, params, body }) =>
      askRelease(tx, actor, params.id, body.note ?? null, followers),
    )
    read(api.rules, (db) => readDeliveryRules(db))
    write(api.replaceRules, (tx, { actor, body }) => replaceDeliveryRules(tx, actor, body))
  }
