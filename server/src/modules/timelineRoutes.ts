import { timeline as api } from '@crm/shared/contract/timeline'
import type { Router } from '../core/http/bind.ts'
import { timelineOf } from './timeline.ts'

export function timelineRoutes({ read }: Router): void {
  read(api.ofCustomer, (db, { actor, params, query }) => timelineOf(db, actor, params.id, query))
}
