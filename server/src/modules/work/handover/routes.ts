import { setTimeout as sleep } from 'node:timers/promises'
import { handovers as api } from '@crm/shared/contract/handovers'
import type { Router } from '../../../core/http/bind.ts'
import type { HandoverPart } from '../../../core/rows/handover.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import * as service from './service.ts'

/** A small one has ended before anybody looks for a progress bar. */
const AT_ONCE_MS = 1_500

/** `parts`: what each module hands over. */
export const handoverRoutes =
  (parts: readonly HandoverPart[]) =>
  ({ open, read }: Router, { clock, store }: Pick<ModuleDeps, 'store' | 'clock'>): void => {
    type Log = { error(facts: object, message: string): void }
    async function begin(log: Log): Promise<void> {
      const ended = service.workOff({ store, clock }, parts).catch((error: unknown) => {
        log.error({ err: error }, 'a hand-over stopped')
      })
      await Promise.race([ended, sleep(AT_ONCE_MS, undefined, { ref: false })])
    }
    const show = async (id: number, actor: Parameters<typeof service.findHandover>[1]) =>
      service.showHandover(store.read, parts, await service.findHandover(store.read, actor, id))

    read(api.list, (db, { actor, query }) => service.listHandovers(db, actor, parts, query))
    read(api.preview, (db, { actor, body }) => service.previewHandover(db, actor, parts, body.fromUserId))
    open(api.start, async ({ actor, body }, { request }) => {
      const id = await store.tx((tx) => service.openHandover(tx, actor, parts, body))
      await begin(request.log)
      return show(id, actor)
    })
    read(api.get, (_db, { actor, params }) => show(params.id, actor))
    read(api.rows, (db, { actor, params, query }) => service.rowsOfHandover(db, actor, parts, params.id, query))
    open(api.undo, async ({ actor, params }, { request }) => {
      await store.tx((tx) => service.openUndo(tx, actor, params.id))
      await begin(request.log)
      return show(params.id, actor)
    })
  }
