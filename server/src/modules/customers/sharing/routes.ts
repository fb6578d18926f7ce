import { sharing as api } from '@crm/shared/contract/sharing'
import type { Router } from '../../../core/http/bind.ts'
import { askToShare } from './ask.ts'
import { answerRequest } from './decide.ts'
import { listRequests } from './list.ts'

export function sharingRoutes({ read, write }: Router): void {
  read(api.list, (db, { actor, query }) => listRequests(db, actor, query))
  write(api.ask, (tx, { actor, body }) => askToShare(tx, actor, body))
  write(api.decide, (tx, { actor, body, params }) => answerRequest(tx, actor, params.id, body))
}
