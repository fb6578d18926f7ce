import { exports } from '@crm/shared/contract/exports'
import { audit } from '@crm/shared/contract/system'
import type { Router } from '../../../core/http/bind.ts'
import { exporting } from '../../../core/exports/exportList.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { wordsIn } from '../dictionaries/service.ts'
import { auditExport } from './exportFile.ts'
import { listAudit } from './service.ts'

export function auditRoutes({ open, read }: Router, { store, zone }: Pick<ModuleDeps, 'store' | 'zone'>): void {
  read(audit.list, (db, { actor, query }) => listAudit(db, actor, query))
  open(exports.audit, exporting({ store, words: wordsIn(zone) }, auditExport))
}
