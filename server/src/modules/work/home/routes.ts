import { home as api } from '@crm/shared/contract/home'
import type { Router } from '../../../core/bind.ts'
import type { HomeSource } from '../../../core/home.ts'
import type { ModuleDeps } from '../../../core/module.ts'
import { readHome } from './service.ts'

/** The blocks come from every module, so the table of contents hands them in. */
export const homeRoutes =
  (sources: readonly HomeSource[]) =>
  ({ read }: Router, { zone }: Pick<ModuleDeps, 'zone'>): void => {
    read(api.read, (db, { actor, query }) => readHome(db, actor, query, { sources, zone }))
  }
