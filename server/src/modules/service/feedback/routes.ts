import { feedback as api } from '@crm/shared/contract/feedback'
import type { Router } from '../../../core/http/bind.ts'
import { createFeedback, feedback, listFeedback, moveFeedback, restoreFeedback, updateFeedback } from './service.ts'

export function feedbackRoutes({ read, write }: Router): void {
  read(api.list, (db, { actor, query, heavy }) => listFeedback(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => feedback.find(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => createFeedback(tx, actor, body))
  write(api.update, (tx, { actor, params, body }) => updateFeedback(tx, actor, params.id, body))
  write(api.remove, async (tx, { actor, params, query }) => {
    await feedback.remove(tx, actor, params.id, query.version)
    return null
  })
  write(api.restore, (tx, { actor, params }) => restoreFeedback(tx, actor, params.id))
  write(api.start, (tx, { actor, params, body }) => moveFeedback(tx, actor, params.id, 'start', body))
  write(api.resolve, (tx, { actor, params, body }) => moveFeedback(tx, actor, params.id, 'resolve', body))
  write(api.close, (tx, { actor, params, body }) => moveFeedback(tx, actor, params.id, 'close', body))
  write(api.reopen, (tx, { actor, params, body }) => moveFeedback(tx, actor, params.id, 'reopen', body))
}
