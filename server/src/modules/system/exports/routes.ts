import { exports as api } from '@crm/shared/contract/exports'
import type { Router } from '../../../core/http/bind.ts'
import { exporting } from '../../../core/exports/exportList.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { wordsIn } from '../dictionaries/service.ts'
import { documentLists } from './documents.ts'
import { plainLists } from './lists.ts'

/** 导出: one way for all lists. 跟进记录 are of modules/work. */
export function exportRoutes({ open }: Router, { store, zone }: Pick<ModuleDeps, 'store' | 'zone'>): void {
  const deps = { store, words: wordsIn(zone) }
  for (const [name, list] of Object.entries(plainLists(zone)))
    open(api[name as keyof ReturnType<typeof plainLists>], exporting(deps, list))
  for (const [name, list] of Object.entries(documentLists))
    open(api[name as keyof typeof documentLists], exporting<Raw, unknown>(deps, list))
}
