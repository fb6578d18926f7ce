import { inactivity as api } from '@crm/shared/contract/inactivity'
import type { Router } from '../../../core/http/bind.ts'
import { readRules, replaceRules } from '../../customers/service.ts'

export function inactivityRoutes({ read, write }: Router): void {
  read(api.rules, async (db) => ({ items: await readRules(db) }))
  write(api.replace, async (tx, { actor, body }) => ({ items: await replaceRules(tx, actor, body.items) }))
}
