import { bulk as api } from '@crm/shared/contract/bulk'
import type { Router } from '../../../core/http/bind.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { preview } from './choice.ts'
import { run } from './run.ts'

export function bulkRoutes({ open }: Router, { store, zone }: Pick<ModuleDeps, 'store' | 'zone'>): void {
  open(api.preview, ({ actor, body }) => preview(store, actor, body, zone))
  open(api.run, ({ actor, body }) => run(store, actor, body))
}
