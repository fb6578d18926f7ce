import { audit } from '@crm/shared/contract/system'
import type { Router } from '../../../core/http/bind.ts'
import { listAudit } from './service.ts'

export function auditRoutes({ read }: Router): void {
  read(audit.list, (db, { actor, query }) => listAudit(db, actor, query))
}
