import { PassThrough } from 'node:stream'
import { interactions as api } from '@crm/shared/contract/interactions'
import type { Router } from '../../../core/bind.ts'
import type { ModuleDeps } from '../../../core/module.ts'
import * as service from './service.ts'

const { interactions } = service

export function interactionRoutes(
  { open, read, write }: Router,
  { store, zone }: Pick<ModuleDeps, 'store' | 'zone'>,
): void {
  read(api.list, (db, { actor, query, heavy }) => service.listInteractions(db, actor, query, heavy))
  read(api.get, (db, { actor, params }) => interactions.find(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => service.createInteraction(tx, actor, body))
  write(api.update, (tx, { actor, body, params }) => service.updateInteraction(tx, actor, params.id, body))
  write(api.remove, (tx, { actor, params, query }) => service.removeInteraction(tx, actor, params.id, query.version))
  write(api.restore, (tx, { actor, params }) => service.restoreInteraction(tx, actor, params.id))
  read(api.comments, (db, { actor, params }) => service.listComments(db, actor, params.id))
  write(api.comment, (tx, { actor, body, params }) => service.commentOn(tx, actor, params.id, body))
  read(api.people, (db, { actor, query }) => service.peopleOf(db, actor, query))
  open(api.file, async ({ actor, body }, { reply, request }) => {
    await service.noteExport(store, actor, body)
    const target = new PassThrough()
    service.writeExport(store.read, actor, body, { target, zone }).catch((error: unknown) => {
      request.log.warn({ err: error }, 'the export of follow-ups broke off')
      target.destroy(error as Error)
    })
    const name = encodeURIComponent(`跟进记录-${actor.today}.csv`)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="follow-ups.csv"; filename*=UTF-8''${name}`)
      .send(target)
  })
}
