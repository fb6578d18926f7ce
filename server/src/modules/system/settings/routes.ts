import { settings } from '@crm/shared/contract/system'
import type { Router } from '../../../core/http/bind.ts'
import { readSettings, updateSettings } from './service.ts'

export function settingsRoutes(routes: Router): void {
  routes.read(settings.read, (read) => readSettings(read))
  routes.write(settings.update, (tx, { actor, body }) => updateSettings(tx, actor, body))
}
