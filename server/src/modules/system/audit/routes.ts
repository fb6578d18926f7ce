import { audit } from '@crm/shared/contract/system'
import type { Router } from '../../../core/bind.ts'
import { listAudit } from './service.ts'

export function auditRoutes(routes: Router): void {
  routes.read(audit.list, (read, { actor, query }) => listAudit(read, actor, query))
}
