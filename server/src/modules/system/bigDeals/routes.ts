import { bigDeals as api } from '@crm/shared/contract/bigDeals'
import type { Router } from '../../../core/http/bind.ts'
import { readBigDealRules, replaceBigDealRules } from './rules.ts'

export function bigDealRoutes({ read, write }: Router): void {
  read(api.rules, async (db) => ({ items: await readBigDealRules(db) }))
  write(api.replace, async (tx, { actor, body }) => ({ items: await replaceBigDealRules(tx, actor, body.items) }))
}
