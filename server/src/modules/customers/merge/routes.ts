import { setTimeout as sleep } from 'node:timers/promises'
import { duplicates, merges } from '@crm/shared/contract/duplicates'
import type { Router } from '../../../core/http/bind.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import type { RecordLink } from '../../../core/rows/recordLinks.ts'
import { stepAlone } from '../../../core/jobs/stepAlone.ts'
import * as service from '../service.ts'
import type { step as mergeStep } from './mergeStep.ts'
import type { step as undoStep } from './undoStep.ts'

/** However much hangs on a customer, everybody else goes on working meanwhile. */
const MERGE = new URL('./mergeStep.ts', import.meta.url)
const UNDO = new URL('./undoStep.ts', import.meta.url)

/** A small office has its report before anybody looks for a progress bar. */
const AT_ONCE_MS = 2_000

/** `links`: every column that points at a customer. */
export const mergeRoutes =
  (links: readonly RecordLink[]) =>
  ({ open, read, write }: Router, { clock, store }: Pick<ModuleDeps, 'store' | 'clock'>): void => {
    read(merges.list, (db, { actor, params }) => service.mergesOf(db, actor, params.id))
    open(merges.merge, ({ actor, body, params }) =>
      stepAlone<typeof mergeStep>(store, MERGE, { actor, links, id: params.id, body }),
    )
    open(merges.undo, ({ actor, params }) =>
      stepAlone<typeof undoStep>(store, UNDO, { actor, links, mergeId: params.id }),
    )

    read(duplicates.list, (db, { actor, query }) => service.listGroups(db, actor, query))
    open(duplicates.run, async ({ actor }, { request }) => {
      const { ended } = await service.startReport({ store, clock }, actor.name)
      ended.catch((error: unknown) => request.log.error({ err: error }, 'the report of duplicates stopped'))
      await Promise.race([ended.catch(() => {}), sleep(AT_ONCE_MS, undefined, { ref: false })])
      return (await service.latestReport(store.read))!
    })
    write(duplicates.ignore, (tx, { actor, body, params }) =>
      service.ignoreGroup(tx, actor, params.id, body.ignored ?? true),
    )
  }
