import type { Actor } from '../../../core/access/actor.ts'
import type { RecordLink } from '../../../core/rows/recordLinks.ts'
import type { Tx } from '../../../db/store.ts'
import { type Body, mergeCustomers } from './merge.ts'

export interface Merging {
  readonly actor: Actor
  readonly links: readonly RecordLink[]
  /** The one that stays. */
  readonly id: number
  readonly body: Body
}

/** 合并, a step of `Store.bulk`. */
export const step = (tx: Tx, { actor, body, id, links }: Merging): ReturnType<typeof mergeCustomers> =>
  mergeCustomers(tx, actor, links, id, body)
