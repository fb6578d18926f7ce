import { interactions as api } from '@crm/shared/contract/interactions'
import type { Router } from '../../../core/http/bind.ts'
import * as service from './service.ts'

const { interactions } = service

export function interactionRoutes({ read, write }: Router): void {
  read(api.list, (db, { actor, query, heavy }) => service.listInteractions(db, actor, query, heavy))
  read(api.get, (db, { actor, params }) => interactions.find(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => service.createInteraction(tx, actor, body))
  write(api.update, (tx, { actor, body, params }) => service.updateInteraction(tx, actor, params.id, body))
  write(api.remove, (tx, { actor, params, query }) => service.removeInteraction(tx, actor, params.id, query.version))
  write(api.restore, (tx, { actor, params }) => service.restoreInteraction(tx, actor, params.id))
  read(api.comments, (db, { actor, params }) => service.listComments(db, actor, params.id))
  write(api.comment, (tx, { actor, body, params }) => service.commentOn(tx, actor, params.id, body))
  read(api.people, (db, { actor, query }) => service.peopleOf(db, actor, query))
}
